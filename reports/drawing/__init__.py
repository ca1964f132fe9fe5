"""The drawing of pictures: a canvas of text and shapes that becomes an SVG, and the kinds of charts on it."""

"""Every Chinese sentence and every button, as functions of plain values. Speak through texts."""

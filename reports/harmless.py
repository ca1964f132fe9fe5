"""A text that XlsxWriter writes as it is; apart, so that who needs only this loads no XlsxWriter (4 MB)."""


def harmless(text: str) -> str:
    """A text for XlsxWriter's own write_string, which takes <r>…</r> for XML of its own."""
    return f" {text}" if text.startswith("<r>") else text

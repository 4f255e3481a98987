"""QR codes of our own links, as SVG inside a page."""

from django.utils.safestring import SafeString, mark_safe


def qr_code(link: str) -> SafeString:
    """Draw a QR code; it holds nothing but the link."""
    import segno  # noqa: PLC0415  (loads slowly)

    drawn = segno.make(link, error="m").svg_inline(scale=4, border=2, omitsize=True)
    return mark_safe(drawn)  # noqa: S308  (made here from an address)

"""SVG text to RGBA pixels, by librsvg and cairo through ctypes: a millisecond a picture, no process for each."""
import ctypes

import numpy as np

_rsvg = ctypes.CDLL("librsvg-2.so.2")
_cairo = ctypes.CDLL("libcairo.so.2")
_gobject = ctypes.CDLL("libgobject-2.0.so.0")
_P, _I = ctypes.c_void_p, ctypes.c_int
_FORMAT_ARGB32 = 0


class _Rectangle(ctypes.Structure):
    _fields_ = [(n, ctypes.c_double) for n in ("x", "y", "width", "height")]


def _declare(library, name, result, *arguments):
    function = getattr(library, name)
    function.restype, function.argtypes = result, arguments
    return function


_new = _declare(_rsvg, "rsvg_handle_new_from_data", _P, ctypes.c_char_p, ctypes.c_size_t, _P)
_draw = _declare(_rsvg, "rsvg_handle_render_document", _I, _P, _P, _P, _P)
_surface = _declare(_cairo, "cairo_image_surface_create_for_data", _P, _P, _I, _I, _I, _I)
_context = _declare(_cairo, "cairo_create", _P, _P)
_flush = _declare(_cairo, "cairo_surface_flush", None, _P)
_destroy_context = _declare(_cairo, "cairo_destroy", None, _P)
_destroy_surface = _declare(_cairo, "cairo_surface_destroy", None, _P)
_unref = _declare(_gobject, "g_object_unref", None, _P)


def premultiplied(svg: str, size: int) -> np.ndarray:
    """Draws the document into a square of `size` pixels, keeping its aspect; RGBA uint8 [size, size, 4], colours premultiplied."""
    data = svg.encode()
    handle = _new(data, len(data), None)
    if not handle:
        raise ValueError(f"librsvg cannot read {svg[:120]!r}")
    pixels = np.zeros((size, size, 4), np.uint8)
    surface = _surface(pixels.ctypes.data, _FORMAT_ARGB32, size, size, size * 4)
    context = _context(surface)
    drawn = _draw(handle, context, ctypes.byref(_Rectangle(0, 0, size, size)), None)
    _flush(surface)
    _destroy_context(context)
    _destroy_surface(surface)
    _unref(handle)
    if not drawn:
        raise ValueError(f"librsvg cannot draw {svg[:120]!r}")
    return pixels[..., [2, 1, 0, 3]]  # cairo's little-endian ARGB32 is B, G, R, A in memory


def on_white(rgba: np.ndarray) -> np.ndarray:
    """Premultiplied RGBA over white; RGB uint8."""
    return rgba[..., :3] + (255 - rgba[..., 3:])

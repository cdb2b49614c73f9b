"""How many parts does an ONNX file have? They are counted before they are made.

Two bytes of the file become hundreds in memory.
"""

import onnx

_VARINT, _EIGHT, _SIZED, _FOUR = 0, 1, 2, 5  # how a field is written


def count_fields(raw: bytes, most: int) -> int:
    """Return the number of fields of a serialised model and of all messages in it.

    Args:
        raw: the file.
        most: where counting ends.

    Raises:
        IndexError: the file breaks off.
    """
    waiting = [(0, len(raw), onnx.ModelProto.DESCRIPTOR)]
    count = 0
    while waiting:
        place, end, message = waiting.pop()
        while place < end and count <= most:
            tag, place = _number(raw, place)
            count += 1
            if tag & 7 == _VARINT:
                _, place = _number(raw, place)
            elif tag & 7 == _SIZED:
                size, place = _number(raw, place)
                field = message.fields_by_number.get(tag >> 3)
                if field is not None and field.message_type is not None:
                    waiting.append((place, min(place + size, end), field.message_type))
                place += size
            else:
                place += {_EIGHT: 8, _FOUR: 4}.get(tag & 7, 0)
    return count


def _number(raw: bytes, place: int) -> tuple[int, int]:
    """Read a number of seven bits a byte; return it with the place behind it."""
    found = shift = 0
    while raw[place] & 0x80:
        found |= (raw[place] & 0x7F) << shift
        shift += 7
        place += 1
    return found | raw[place] << shift, place + 1

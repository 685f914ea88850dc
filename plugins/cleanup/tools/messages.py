"""Translated messages as samples of text: the catalogues (.mo files) below a folder, by language.

Every second language, in the order of their codes, is kept from what is fitted: tools/mojibake.py
reads those that FITTED names, tools/measure tests on the others as well.
"""
import collections, os, re, struct

SMALLEST = 20_000   # characters; of languages with fewer there is no saying what is rare


def read_catalogue(path):
    """The translations in a .mo file (GNU gettext manual, "The Format of GNU MO Files")."""
    with open(path, "rb") as file:
        data = file.read()
    order = "<" if data[:4] == b"\xde\x12\x04\x95" else ">"
    count, originals, translations = struct.unpack(order + "III", data[8:20])
    header, texts = b"", []
    for i in range(count):
        size, _ = struct.unpack_from(order + "II", data, originals + 8 * i)
        length, place = struct.unpack_from(order + "II", data, translations + 8 * i)
        text = data[place:place + length]
        if size:
            texts.append(text)
        else:
            header = text
    charset = re.search(rb"charset=([\w-]+)", header)
    charset = charset.group(1).decode() if charset else "utf-8"
    lines = []
    for text in texts:
        for part in text.split(b"\0"):
            try:
                lines += part.decode(charset).split("\n")
            except (UnicodeDecodeError, LookupError):
                pass
    return [line for line in lines if line.strip()]


def languages(folder):
    """{language: its lines, each once, in an order that does not depend on the file system}."""
    found = collections.defaultdict(dict)
    for base, folders, names in sorted(os.walk(folder)):
        folders.sort()
        parts = os.path.relpath(base, folder).split(os.sep)
        if len(parts) != 2 or parts[1] != "LC_MESSAGES" or parts[0].startswith("en"):
            continue
        for name in sorted(names):
            if name.endswith(".mo"):
                found[parts[0]].update(dict.fromkeys(read_catalogue(os.path.join(base, name))))
    return {code: list(lines) for code, lines in sorted(found.items())
            if sum(map(len, lines)) >= SMALLEST}


def halves(found):
    """The languages that are fitted to, and those held back; variants go with their language."""
    bases = sorted({re.split("[_@]", code)[0] for code in found})
    fitted = set(bases[0::2])
    return ([code for code in found if re.split("[_@]", code)[0] in fitted],
            [code for code in found if re.split("[_@]", code)[0] not in fitted])

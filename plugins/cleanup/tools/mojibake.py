#!/usr/bin/env python3
"""tools/mojibake.py FOLDER > mojibake_table.c: what mojibake.c knows of characters and encodings.

Encodings come from Python's codecs, which are made from the tables of the Unicode Consortium.
Types of characters come from Python's unicodedata. What is usual in texts is counted in the
translated messages below FOLDER (Debian 12: /usr/share/locale, with the packages installed that
README.md names), in every second language; each counts the same, whatever its size.
"""
import collections, math, sys, unicodedata
import messages

ENCODINGS = ["cp1252", "cp1250", "cp1251", "cp1253", "cp1254", "cp1257", "iso8859_2", "mac_roman",
             "cp437", "cp850", "cp866", "koi8_r", "cp1255", "cp1256", "cp1258", "iso8859_5"]

TYPES = """EDGE SPACE NO_BREAK DIGIT ASCII_SMALL ASCII_CAPITAL LATIN_SMALL LATIN_CAPITAL GREEK_SMALL
GREEK_CAPITAL CYRILLIC_SMALL CYRILLIC_CAPITAL LETTER SIGN_OF_SCRIPT ACCENT HAN KANA HANGUL STOP
APOSTROPHE QUOTE HYPHEN OPENING CLOSING ASCII_SYMBOL LEFT_QUOTE RIGHT_QUOTE RIGHT_SINGLE DASH DOTS
BULLET MARK CURRENCY MATH SUPERSCRIPT SPACING_ACCENT BOX SYMBOL INVERTED CJK_PUNCTUATION C1 LOST BAD
FORMAT""".split()
TYPE = {name: number for number, name in enumerate(TYPES)}

PLAIN = {
    "STOP": ".,;:!?", "APOSTROPHE": "'", "QUOTE": '"', "HYPHEN": "-", "OPENING": "([{<",
    "CLOSING": ")]}>", "LEFT_QUOTE": "\u201c\u201e\u00ab\u2018\u2039\u201a\u201b\u201f",
    "RIGHT_QUOTE": "\u201d\u00bb\u203a", "RIGHT_SINGLE": "\u2019", "DASH": "\u2010\u2011\u2012\u2013\u2014\u2015",
    "DOTS": "\u2026", "BULLET": "\u2022\u00b7\u2023\u2043",
    "MARK": "\u00a9\u00ae\u2122\u00b0\u00a7\u00b6\u2020\u2021\u2030\u2116\u00a6",
    "SUPERSCRIPT": "\u00aa\u00ba\u00b9\u00b2\u00b3\u2070\u2074\u00bc\u00bd\u00be\u207f",
    "MATH": "\u00ac\u00b1\u00d7\u00f7\u2044\u25ca\u2320\u2321\u2206", "INVERTED": "\u00a1\u00bf",
    "SPACING_ACCENT": "\u02c6\u02dc\u02c7\u00b4\u00a8\u00b8\u00af\u0384\u0385\u1fbd", "LOST": "\ufffd",
}
TYPE_OF_PLAIN = {char: name for name, chars in PLAIN.items() for char in chars}
CASED = {"LATIN": "LATIN", "GREEK": "GREEK", "CYRILLIC": "CYRILLIC"}


def type_of_letter(char, name, category):
    if name.startswith("CJK UNIFIED") or name.startswith("CJK COMPATIBILITY IDEOGRAPH"):
        return "HAN"
    if name.startswith(("HIRAGANA", "KATAKANA", "HALFWIDTH KATAKANA")):
        return "KANA"
    if name.startswith("HANGUL"):
        return "HANGUL"
    script = name.split(" ")[0]
    if script in ("LATIN", "MODIFIER", "GREEK", "CYRILLIC") and category in ("Lm", "Lo"):
        return "LATIN_SMALL"
    if script in CASED and category in ("Lu", "Ll", "Lt"):
        return script + ("_SMALL" if category == "Ll" else "_CAPITAL")
    return "LETTER"


def type_of(code):
    """The name of the type of a code point."""
    char = chr(code)
    category = unicodedata.category(char)
    if char in TYPE_OF_PLAIN:
        return TYPE_OF_PLAIN[char]
    if code < 0x80:
        if char.isalpha():
            return "ASCII_SMALL" if char.islower() else "ASCII_CAPITAL"
        return ("DIGIT" if char.isdigit() else "SPACE" if char in " \t" else
                "EDGE" if code < 0x20 or code == 0x7f else "ASCII_SYMBOL")
    if 0x80 <= code < 0xa0:
        return "C1"
    if 0x3000 < code < 0x3040 or 0xff00 <= code < 0xff66:
        return "CJK_PUNCTUATION"
    if 0x2500 <= code < 0x25a0:
        return "BOX"
    simple = {"Zs": "NO_BREAK", "Zl": "BAD", "Zp": "BAD", "Cn": "BAD", "Cs": "BAD", "Co": "BAD",
              "Cf": "FORMAT", "Sc": "CURRENCY", "Sm": "MATH", "So": "SYMBOL", "Sk": "SPACING_ACCENT",
              "Pi": "LEFT_QUOTE", "Pf": "RIGHT_QUOTE", "Pd": "DASH", "No": "SUPERSCRIPT"}
    if category in simple:
        return simple[category]
    name = unicodedata.name(char, "")
    if category.startswith("L"):
        return type_of_letter(char, name, category)
    if category.startswith("M"):
        if 0xfe00 <= code <= 0xfe0f or 0xe0100 <= code < 0xe01f0:
            return "FORMAT"
        return "ACCENT" if name.startswith("COMBINING") else "SIGN_OF_SCRIPT"
    return "LETTER" if category == "Nd" else "SYMBOL" if category[0] != "P" else "SIGN_OF_SCRIPT"


# ---- What is usual ----

def count_language(lines, singles, pairs):
    """Adds what is counted in one language's lines, scaled to a thousand characters."""
    local, together = collections.Counter(), collections.Counter()
    for number, line in enumerate(lines):
        if number % 20 == 7:
            line = line.upper()
        last = "EDGE"
        for char in line:
            name = type_of_char(char)
            local[char] += 1
            together[last, name] += 1
            last = name
        together[last, "EDGE"] += 1
    scale = 1000 / sum(together.values())
    for char, count in local.items():
        singles[char] += count * scale
    for pair, count in together.items():
        pairs[pair] += count * scale


type_cache = {}


def type_of_char(char):
    if char not in type_cache:
        type_cache[char] = type_of(ord(char))
    return type_cache[char]


UNIT = 4            # steps in a bit
FOREIGN = ("LETTER", "SIGN_OF_SCRIPT", "HAN", "KANA", "HANGUL")
# The most that the type of these costs, since they may stand beside anything: accents, emoji, and
# Greek letters in formulas, which are rarer in messages than elsewhere.
CEILING = {"ACCENT": 40, "SYMBOL": 56, "GREEK_SMALL": 44}
MONEY = 40          # the most for a sign of currency behind a space: messages speak little of money
ENTRY = 24          # what it costs to begin a run of these: half of the languages have none of them
NEVER = 0.02        # what is added to the count of each type, in a language's thousand
BELIEF = 20.0       # how many characters of its kind outweigh what is known of all kinds


def bits(share):
    return -math.log2(share)


def cost_of_pairs(pairs):
    """cost[a][b]: steps for a character of type b behind one of type a."""
    second = {name: NEVER + sum(pairs[first, name] for first in TYPES) for name in TYPES}
    whole = sum(second.values())
    cost = []
    for first in TYPES:
        behind = sum(pairs[first, name] for name in TYPES)
        row = []
        for name in TYPES:
            share = (pairs[first, name] + BELIEF * second[name] / whole) / (behind + BELIEF)
            steps = round(UNIT * bits(share)) + (ENTRY if name in FOREIGN and first != name else 0)
            ceiling = MONEY if (first, name) == ("SPACE", "CURRENCY") else CEILING.get(name, 255)
            row.append(min(ceiling, steps))
        cost.append(row)
    return cost


# Bits for a character of a type, where counting in so few languages would mean little.
FLAT = {"HAN": 11, "HANGUL": 10, "LETTER": 6, "SIGN_OF_SCRIPT": 5, "KANA": 6, "BAD": 4, "EDGE": 0,
        "ACCENT": 6, "SYMBOL": 13}
# Scripts in wide use (Unicode Annex 31, table 5) that have no case.
USED = tuple("""ARABIC ARMENIAN BENGALI DEVANAGARI ETHIOPIC GEORGIAN GUJARATI GURMUKHI HEBREW KANNADA KHMER
LAO MALAYALAM MYANMAR ORIYA SINHALA TAMIL TELUGU THAANA THAI TIBETAN EXTENDED""".split())
RARE = 0.01         # added to the count of every character that some encoding has
UNSEEN = 0.002      # and of every other
# Letters of phonetic notations, of Old Slavonic and of small languages, and the long s: bits.
UNUSUAL = {**dict.fromkeys([*range(0x250, 0x259), *range(0x25a, 0x2c6), *range(0x1d00, 0x1dc0),
                            *range(0x460, 0x48a), *range(0x500, 0x530)], 36),
           0x17f: 63}


def flat_cost(code, name):
    value = FLAT[name]
    if name == "HAN" and not 0x4e00 <= code < 0xa000:
        return value + 5
    if name == "SYMBOL" and (0x2600 <= code < 0x27c0 or 0x1f300 <= code < 0x1fb00):
        return value - 6
    if name in ("LETTER", "SIGN_OF_SCRIPT") and (
            not unicodedata.name(chr(code), "").startswith(USED) or
            unicodedata.ucd_3_2_0.category(chr(code)) == "Cn"):     # added late, so not much missed
        return value + 8
    return value


def cost_of_characters(singles, known):
    """{code: steps}, given its type, for every code point."""
    members = collections.defaultdict(list)
    for code in range(0x110000):
        members[type_of(code)].append(code)
    cost = {}
    for name, codes in members.items():
        count = {code: singles[chr(code)] + (RARE if code in known else UNSEEN) for code in codes}
        whole = sum(count.values())
        for code in codes:
            value = flat_cost(code, name) if name in FLAT else bits(count[code] / whole)
            cost[code] = min(255, round(UNIT * UNUSUAL.get(code, value)))
    return cost


# ---- Encodings ----

def decode(byte, name):
    """The character that a byte is read as, by programs that leave no byte out."""
    try:
        return ord(bytes([byte]).decode(name))
    except UnicodeDecodeError:
        return byte


def bytes_of_codes():
    """{code: [byte in each encoding, or 0]}. C1 control characters stand for the bytes of the
    same number in those of ISO, and so in 1252 and 1254, which are taken for ISO 8859-1 and -9.
    MacRoman had another Omega and another currency sign at first."""
    found = collections.defaultdict(lambda: [0] * len(ENCODINGS))
    for number, name in enumerate(ENCODINGS):
        if name in ("cp1252", "cp1254", "iso8859_2", "iso8859_5"):
            for byte in range(0x80, 0xa0):
                found[byte][number] = byte
        for byte in range(0x80, 0x100):
            found[decode(byte, name)][number] = byte
        if name == "mac_roman":
            found[0x2126][number], found[0x00a4][number] = 0xbd, 0xdb
    return found


# ---- The table ----

def numbers(values, width):
    text, line = [], "   "
    for value in values:
        piece = f" {value},"
        if len(line) + len(piece) > width:
            text.append(line)
            line = "   "
        line += piece
    return "\n".join(text + [line])


def main():
    found = messages.languages(sys.argv[1])
    fitted, _ = messages.halves(found)
    singles, pairs = collections.Counter(), collections.Counter()
    for code in fitted:
        count_language(found[code][:6000], singles, pairs)
    places = bytes_of_codes()
    costs = cost_of_characters(singles, places)
    records, kinds = {}, {}
    trie, blocks = [], {}
    for block in range(0, 0x110000, 128):
        row = []
        for code in range(block, block + 128):
            key = (TYPE[type_of(code)], costs[code], tuple(places.get(code, [0] * len(ENCODINGS))))
            row.append(records.setdefault(key, len(records)))
        trie.append(blocks.setdefault(tuple(row), len(blocks)))
    while len(trie) > 1 and trie[-1] == trie[-2]:
        trie.pop()
    emit(records, trie, blocks, cost_of_pairs(pairs), fitted)


def masks(places):
    lead = sum(1 << i for i, byte in enumerate(places) if 0xc2 <= byte <= 0xf4)
    tail = sum(1 << i for i, byte in enumerate(places) if 0x80 <= byte <= 0xbf)
    return lead, tail


def emit(records, trie, blocks, pairs, fitted):
    print("/*\n * Made by tools/mojibake.py; not to be edited. Counted in the languages\n *")
    line = " *  "
    for code in fitted:
        if len(line) + len(code) > 96:
            print(line)
            line = " *  "
        line += " " + code
    print(line + "\n */\n#include \"mojibake.h\"\n")
    print("/* clang-format off */")
    print(f"const struct character mojibake_characters[{len(records)}] = {{")
    for kind, cost, places in records:
        lead, tail = masks(places)
        inner = ", ".join(map(str, places)) if any(places) else "0"
        like = sum(1 << i for i, byte in enumerate(places) if byte == places[0])
        print(f"    {{{lead}, {tail}, {like}, {kind}, {cost}, {{{inner}}}}},")
    print("};\n")
    print(f"const uint16_t mojibake_blocks[{len(blocks)}][128] = {{")
    for row in blocks:
        print("    {\n" + numbers(row, 100) + "\n    },")
    print("};\n")
    size = len(trie)
    print(f"const uint8_t mojibake_index[{0x110000 >> 7}] = {{")
    trie += [trie[-1]] * ((0x110000 >> 7) - size)
    print(numbers(trie, 100))
    print("};\n")
    print("const uint16_t mojibake_controls[2][32] = {")
    for name in "cp1252", "mac_roman":
        print("    {\n" + numbers([decode(byte, name) for byte in range(0x80, 0xa0)], 100) + "\n    },")
    print("};\n")
    print(f"const uint8_t mojibake_pairs[{len(TYPES)}][{len(TYPES)}] = {{")
    for row in pairs:
        print("    {\n" + numbers(row, 100) + "\n    },")
    print("};")


main()

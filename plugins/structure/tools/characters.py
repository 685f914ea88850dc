#!/usr/bin/env python3
"""Writes character_table.c: what structure has to know about each character of Unicode.

    tools/characters.py /usr/share/unicode > character_table.c

The folder is that of Debian's package unicode-data (Unicode 15.0, under the Unicode licence).
A character's byte holds its Word_Break class (UAX #29) in the low five bits, and in the high three
what its General_Category and White_Space make of it. The bytes stand in blocks of 128, and equal
blocks once.
"""
import re
import sys
import textwrap

BREAK_CLASSES = ['Other', 'CR', 'LF', 'Newline', 'Extend', 'ZWJ', 'Format', 'Regional_Indicator',
                 'Katakana', 'Hebrew_Letter', 'ALetter', 'Single_Quote', 'Double_Quote',
                 'MidNumLet', 'MidLetter', 'MidNum', 'Numeric', 'ExtendNumLet', 'WSegSpace',
                 'Pictographic', 'Pictographic_Letter']
KINDS = ['other', 'lower', 'upper', 'letter', 'number', 'punctuation', 'symbol', 'space']
BLOCK = 128
END = 0x110000


def ranges(path, wanted=None):
    """(first, last, value) of each line of a property file, or of those with one value."""
    for line in open(path, encoding='utf-8'):
        match = re.match(r'([0-9A-F]+)(?:\.\.([0-9A-F]+))?\s*;\s*(\w+)', line)
        if match and wanted in (None, match[3]):
            yield int(match[1], 16), int(match[2] or match[1], 16), match[3]


def categories(path):
    """(first, last, General_Category) of each line of UnicodeData.txt."""
    first = None
    for line in open(path, encoding='utf-8'):
        code, name, category = line.split(';')[:3]
        if name.endswith(', First>'):
            first = int(code, 16)
        else:
            yield first if name.endswith(', Last>') else int(code, 16), int(code, 16), category


def kind_of(category):
    special = {'Ll': 'lower', 'Lu': 'upper', 'Lt': 'upper'}
    by_first = {'L': 'letter', 'N': 'number', 'P': 'punctuation', 'S': 'symbol'}
    return KINDS.index(special.get(category) or by_first.get(category[0], 'other'))


def table(folder):
    breaks, kinds = bytearray(END), bytearray(END)
    for first, last, value in ranges(f'{folder}/auxiliary/WordBreakProperty.txt'):
        breaks[first:last + 1] = bytes([BREAK_CLASSES.index(value)]) * (last + 1 - first)
    for first, last, _ in ranges(f'{folder}/emoji/emoji-data.txt', 'Extended_Pictographic'):
        for code in range(first, last + 1):
            letter = breaks[code] == BREAK_CLASSES.index('ALetter')
            breaks[code] = BREAK_CLASSES.index('Pictographic_Letter' if letter else 'Pictographic')
    for first, last, category in categories(f'{folder}/UnicodeData.txt'):
        kinds[first:last + 1] = bytes([kind_of(category)]) * (last + 1 - first)
    for first, last, _ in ranges(f'{folder}/PropList.txt', 'White_Space'):
        kinds[first:last + 1] = bytes([KINDS.index('space')]) * (last + 1 - first)
    return bytes(a | b << 5 for a, b in zip(breaks, kinds))


def rows(values):
    print(textwrap.fill(','.join(map(str, values)).replace(',', ', ') + ',', 99).replace(', ', ','))


def main():
    whole = table(sys.argv[1])
    blocks, index = [], []
    for start in range(0, END, BLOCK):
        block = whole[start:start + BLOCK]
        if block not in blocks:
            blocks.append(block)
        index.append(blocks.index(block))
    print('/* clang-format off */')
    print('/* Made by tools/characters.py from the Unicode Character Database 15.0, whose licence\n'
          ' * stands in data/LICENSE.unicode. */')
    print('#include "character.h"')
    print(f'const uint8_t character_blocks[{len(blocks)}][{BLOCK}] = {{')
    for block in blocks:
        print('{')
        rows(block)
        print('},')
    print('};')
    print(f'const uint16_t character_index[{len(index)}] = {{')
    rows(index)
    print('};')


main()

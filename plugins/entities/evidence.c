/*
 * evidence.c - what speaks for a candidate being a person, an organisation, a place, or another
 * name. Each rule adds points; ten is as good as certain, and less than two is a guess.
 */
#include "findings.h"

struct place {
    const struct unit *unit;
    size_t begin, end;
    struct standing standing;
    classes found; /* of the whole phrase */
};

/* A name of forty initials has all the points that there are. */
static int8_t sum(int8_t score, int points)
{
    return (int8_t)(score + points < INT8_MAX ? score + points : INT8_MAX);
}

static void add(int8_t score[NAME_KINDS], int person, int org, int loc, int misc)
{
    score[LABEL_PERSON] = sum(score[LABEL_PERSON], person);
    score[LABEL_ORG] = sum(score[LABEL_ORG], org);
    score[LABEL_LOC] = sum(score[LABEL_LOC], loc);
    score[LABEL_MISC] = sum(score[LABEL_MISC], misc);
}

/* ---- The lists ---- */

static void weigh_lists(const struct place *place, int8_t score[NAME_KINDS])
{
    classes found = place->found;
    if (found & CLASS(PERSON))
        add(score, place->end - place->begin > 1 ? 8 : 2, 0, 0, 0);
    if (found & CLASS(MAJOR_PLACE))
        add(score, 0, 0, 8, 0);
    else if (found & CLASS(PLACE))
        add(score, 0, 0, 3, 0);
    if (found & CLASS(ORGANISATION))
        add(score, 0, 9, 0, 0);
    if (found & CLASS(PEOPLE))
        add(score, 0, 0, 0, 12);
    if (found & CLASS(TERM))
        add(score, 0, 0, 0, 8);
}

/* ---- The words of the name ---- */

/* One word: the lists of given names and surnames hold many words that are more besides. */
static void weigh_single(const struct place *place, int8_t score[NAME_KINDS])
{
    const struct word *word = unit_word(place->unit, place->begin);
    bool common = (word->small & CLASS(COMMON)) != 0 || (place->found & CLASS(MAJOR_PLACE));
    if (word->is & CLASS(GIVEN))
        add(score, common ? 1 : 3, 0, 0, 0);
    if (word->is & CLASS(SURNAME))
        add(score, common ? 0 : 2, 0, 0, 0);
    if (word->shape == SHAPE_CAPITALS && place->found == 0)
        add(score, 0, 3, 0, 0);
}

static void weigh_head(const struct place *place, size_t i, int points, int8_t score[NAME_KINDS])
{
    if (is_class(place->unit, i, CLASS(COMPANY_SUFFIX)))
        add(score, 0, points + 1, 0, 0);
    else if (is_class(place->unit, i, CLASS(ORGANISATION_WORD)))
        add(score, 0, points, 0, 0);
    else if (is_class(place->unit, i, CLASS(TERM_WORD)))
        add(score, 0, 0, 0, points);
    else if (is_class(place->unit, i, CLASS(PLACE_WORD)))
        add(score, 0, 0, points, 0);
}

static bool has_head(const struct place *place, size_t i)
{
    return is_class(place->unit, i,
                    CLASS(COMPANY_SUFFIX) | CLASS(ORGANISATION_WORD) | CLASS(TERM_WORD) |
                        CLASS(PLACE_WORD));
}

/* "F-16", "S-300": letters, a hyphen and a number name a make. */
static bool is_make(const struct place *place)
{
    const struct word *word = unit_word(place->unit, place->begin);
    quern_string text = {place->unit->text.data + word->begin, word->end - word->begin};
    for (size_t i = 1; i + 1 < text.size && i < 4; i++)
        if (text.data[i] == '-')
            return text.data[i + 1] >= '0' && text.data[i + 1] <= '9';
    return word->shape >= SHAPE_CAPITAL && word->end - word->begin < 4 &&
           unit_word(place->unit, place->begin + 1)->hyphen &&
           unit_word(place->unit, place->begin + 2)->shape == SHAPE_DIGIT;
}

/* The word that heads the name: before "of", else the last, else the first ("Lake Chad"). */
static bool weigh_heads(const struct place *place, int8_t score[NAME_KINDS])
{
    for (size_t i = place->begin; i + 1 < place->end; i++)
        if (has_head(place, i) &&
            (word_is(place->unit, i + 1, "of") || word_is(place->unit, i + 1, "for"))) {
            weigh_head(place, i, 9, score);
            return true;
        }
    if (has_head(place, place->end - 1)) {
        weigh_head(place, place->end - 1, 8, score);
        return true;
    }
    bool front = is_class(place->unit, place->begin, CLASS(PLACE_WORD) | CLASS(TERM_WORD)) &&
                 !is_class(place->unit, place->begin, CLASS(GIVEN));
    if (front)
        weigh_head(place, place->begin, 6, score);
    return front;
}

/* Words that no person is called by. */
static size_t count_common(const struct place *place)
{
    size_t count = 0;
    for (size_t i = place->begin; i < place->end; i++) {
        const struct word *word = unit_word(place->unit, i);
        count += (word->small & (CLASS(COMMON) | CLASS(FUNCTION))) &&
                 !(word->is & (CLASS(GIVEN) | CLASS(SURNAME)));
    }
    return count;
}

static void weigh_person(const struct place *place, int8_t score[NAME_KINDS])
{
    size_t last = place->end - 1;
    if (is_class(place->unit, place->begin, CLASS(GIVEN)))
        add(score, 5, 0, 0, 0);
    if (is_class(place->unit, last, CLASS(SURNAME)))
        add(score, unit_word(place->unit, last)->small ? 1 : 3, 0, 0, 0);
    if (is_class(place->unit, last, CLASS(NAME_SUFFIX)))
        add(score, 4, 0, 0, 0);
    for (size_t i = place->begin; i < place->end; i++) {
        const struct word *word = unit_word(place->unit, i);
        if (word->initial && i < last)
            add(score, 3, 0, 0, 0);
        if ((word->is & CLASS(PARTICLE)) && word->shape == SHAPE_SMALL)
            add(score, 2, 0, 0, 0);
    }
}

static void weigh_several(const struct place *place, int8_t score[NAME_KINDS])
{
    if (weigh_heads(place, score))
        return;
    size_t common = count_common(place);
    if (common == 0)
        weigh_person(place, score);
    if (common == 0 && place->end - place->begin < 5)
        add(score, 2, 0, 0, 0);
    else
        add(score, 0, 2, 0, 1);
    if (is_class(place->unit, place->begin, CLASS(DIRECTION)))
        add(score, -2, 0, 3, 0);
}

/* ---- What stands around it ---- */

static void weigh_titles(const struct place *place, int8_t score[NAME_KINDS])
{
    if (place->standing.honoured)
        add(score, 10, 0, 0, 0);
    else if (place->standing.titled)
        add(score, 6, 0, 0, 0);
    else if (place->begin > 0 && is_class(place->unit, place->begin - 1, CLASS(TITLE)))
        add(score, 3, 0, 0, 0);
}

static void weigh_before(const struct place *place, int8_t score[NAME_KINDS])
{
    if (place->begin == 0)
        return;
    size_t before = place->begin - 1;
    if (is_class(place->unit, before, CLASS(LOCATIVE)) && is_small(place->unit, before))
        add(score, -1, 0, 5, 0);
    if (word_is(place->unit, before, "the"))
        add(score, -3, 2, 0, 1);
}

/* "Sark, Alderney and Normandy": what stands beside places is one, and so is what stands before a
 * comma and a larger place, as in "Paris, Texas". */
static void weigh_neighbours(const struct place *place, int8_t score[NAME_KINDS])
{
    static const char *const links[] = {",", "and", "or", NULL};
    const struct unit *unit = place->unit;
    size_t begin = place->begin, end = place->end;
    if (begin > 1 && word_is_any(unit, begin - 1, links) &&
        is_class(unit, begin - 2, CLASS(MAJOR_PLACE) | CLASS(PLACE)))
        add(score, 0, 0, 2, 0);
    if (word_is_any(unit, end, links) && is_class(unit, end + 1, CLASS(MAJOR_PLACE)))
        add(score, 0, 0, word_is(unit, end, ",") ? 3 : 2, 0);
}

static void weigh_after(const struct place *place, int8_t score[NAME_KINDS])
{
    const struct unit *unit = place->unit;
    size_t after = place->end;
    if (is_class(unit, after, CLASS(SPEECH_VERB)) && is_small(unit, after))
        add(score, 3, 1, 0, 0);
    if (word_is(unit, after, "who"))
        add(score, 4, 0, 0, 0);
    if (is_class(unit, after, CLASS(PLACE_NOUN)) && is_small(unit, after))
        add(score, 0, 0, 4, 0);
    if (word_is(unit, after, ",") && is_digits(unit, after + 1) && word_is(unit, after + 2, ","))
        add(score, 3, 0, 0, 0);
    if (word_is(unit, after, "(") && unit_word(unit, after + 1)->shape == SHAPE_CAPITALS &&
        word_is(unit, after + 2, ")"))
        add(score, 0, 4, 0, 0);
}

void evidence_weigh(const struct unit *unit, size_t begin, size_t end, struct standing standing,
                    int8_t score[NAME_KINDS])
{
    struct place place = {.unit = unit, .begin = begin, .end = end, .standing = standing};
    classes found = 0;
    if (unit_find_phrase(unit, begin, NAMES, &found) == end - begin)
        place.found = found;
    weigh_lists(&place, score);
    if (is_make(&place))
        add(score, 0, 0, 0, 5);
    if (end - begin == 1)
        weigh_single(&place, score);
    else if (place.found == 0)
        weigh_several(&place, score);
    weigh_titles(&place, score);
    weigh_before(&place, score);
    weigh_neighbours(&place, score);
    weigh_after(&place, score);
    if (unit->place_line)
        add(score, 0, 0, 4, 0);
    if (unit->person_line)
        add(score, 4, 0, 0, 0);
}

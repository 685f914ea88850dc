/*
 * neighbour.c - tells languages apart that are written nearly alike.
 *
 * By groups of letters, Danish and Norwegian are one language; by their commonest words they are
 * not. Each list holds words of one language that the others of its group do not have, from general
 * knowledge of these languages.
 */
#include "neighbour.h"

#include <string.h>

/* More text than this decides nothing new. */
#define TEXT_LIMIT 4096
#define LONGEST_WORD 20

struct words {
    int group;
    const char *language;
    const char *words; /* with a space before and behind each */
};

static const struct words lists[] = {
    {1, "da",
     " af efter ud mellem uden nogle hvad kun blive bliver noget meget op oplysninger brug bruges "
     "udskriv adskilt g\u00F8r g\u00F8re tilf\u00F8j udf\u00F8res findes l\u00E6nke l\u00E6nken "
     "katalog nogen angivet givet blev l\u00E6st s\u00E6t s\u00E6tter v\u00E6rdi \u00E6ndre "},
    {1, "no",
     " etter mellom uten noen hva bare oppgitt bli noe mye opp opplysninger bruk brukes skriv "
     "atskilt gj\u00F8r gj\u00F8re utf\u00F8res finnes lenke lenken mappe verdi "},
    {1, "sv",
     " och att \u00E4r f\u00F6r inte fr\u00E5n denna detta n\u00E5gon n\u00E5gra vad ocks\u00E5 "
     "m\u00E5ste efter utan mellan till upp anv\u00E4nds skrivs alla vara \u00E4ven "},
    {2, "id",
     " bisa karena berkas opsi tidak dispesifikasikan seperti gunakan masukan keluaran "
     "kesalahan mencetak adalah daripada dari pada keluarkan lebih sebuah ketika "},
    {2, "ms", " boleh kerana fail pilihan ialah ralat sahaja mahu awak semasa "},
    {3, "es", " el los las y una del m\u00E1s cuando sin al son puede fichero archivo "},
    {3, "gl", " unha dunha cando m\u00E1is sen \u00F3 \u00E1 son pode ficheiro polo "},
    {3, "pt", " uma n\u00E3o com em mais quando ou sem ao s\u00E3o pode ficheiro arquivo pelo "},
};

#define LISTS (sizeof lists / sizeof *lists)

static bool is_in(const char *words, quern_string word)
{
    char wanted[LONGEST_WORD + 3] = " ";
    memcpy(wanted + 1, word.data, word.size);
    wanted[word.size + 1] = ' ';
    return strstr(words, wanted) != NULL;
}

static int group_of(const char *language)
{
    for (size_t i = 0; i < LISTS; i++)
        if (strcmp(lists[i].language, language) == 0)
            return lists[i].group;
    return 0;
}

/* The next word, parted by spaces. */
static quern_string next_word(quern_string text, size_t *at)
{
    size_t begin = *at;
    while (*at < text.size && text.data[*at] != ' ')
        ++*at;
    quern_string word = {text.data + begin, *at - begin};
    *at += *at < text.size;
    return word;
}

static size_t count_words(const char *words, quern_string text)
{
    size_t count = 0;
    for (size_t at = 0; at < text.size;) {
        quern_string word = next_word(text, &at);
        count += word.size > 0 && word.size <= LONGEST_WORD && is_in(words, word);
    }
    return count;
}

const char *neighbour_of(const char *language, quern_string text)
{
    int group = group_of(language);
    if (group == 0)
        return language;
    size_t most = 0;
    const char *best = language;
    text.size = text.size < TEXT_LIMIT ? text.size : TEXT_LIMIT;
    for (size_t i = 0; i < LISTS; i++) {
        size_t count = lists[i].group == group ? count_words(lists[i].words, text) : 0;
        bool own = strcmp(lists[i].language, language) == 0;
        if (count > most || (count == most && own)) {
            most = count;
            best = lists[i].language;
        }
    }
    return best;
}

/* detect.h - asks the Compact Language Detector 2 for the language of a text. */
#ifndef LANGUAGE_DETECT_H
#define LANGUAGE_DETECT_H

#include <stdbool.h>
#include <stddef.h>

#ifdef __cplusplus
extern "C" {
#endif

struct detected {
    const char
        *language; /* BCP 47, as "de", "pt", "zh-Hant"; "und" when it is none that is known */
    int percent;   /* share of the text that is in this language */
    bool reliable;
};

/* The language of most of a text, which is valid UTF-8. */
struct detected detect_language(const char *text, size_t size);

#ifdef __cplusplus
}
#endif

#endif

/* internet.h - where addresses and names on the internet end. */
#ifndef STRUCTURE_INTERNET_H
#define STRUCTURE_INTERNET_H

#include <quern.h>

/* Whether the byte at `at` may stand in a URL. */
bool internet_is_url_byte(quern_string text, size_t at);

/* The end of a URL that begins at `begin` and goes on to `at` at least, without the punctuation of
 * the sentence around it. */
size_t internet_url_end(quern_string text, size_t begin, size_t at);

/* The end of letters, digits, hyphens and underscores with dots between them, as far as a name can
 * be long. */
size_t internet_name_end(quern_string text, size_t begin);

/* The end of a mail address whose "@" stands at `at`; `at` itself when there is none. */
size_t internet_email_end(quern_string text, size_t at);

/* a.b.c, all in lower case: a group of Usenet, a key of a configuration, a host. */
bool internet_is_hierarchy(quern_string text, size_t begin, size_t end);

#endif

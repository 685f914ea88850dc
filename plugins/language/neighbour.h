/* neighbour.h - tells languages apart that are written nearly alike. */
#ifndef LANGUAGE_NEIGHBOUR_H
#define LANGUAGE_NEIGHBOUR_H

#include <quern.h>

/* The language of a group such as Danish, Norwegian and Swedish whose own words a text has the most
 * of; `language` where it is in no group, or no other has more. */
const char *neighbour_of(const char *language, quern_string text);

#endif

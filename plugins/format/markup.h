/*
 * markup.h - texts in XML.
 */
#ifndef FORMAT_MARKUP_H
#define FORMAT_MARKUP_H

#include "output.h"

/* Writes valid UTF-8 as character data, or into the value of an attribute. What XML cannot hold
 * (controls but tab and line ends, U+FFFE, U+FFFF) becomes U+FFFD, one for each; what would turn
 * around the order of what follows, and the like, is written as a character reference. */
void output_xml(struct output *output, quern_string text);
void output_xml_value(struct output *output, quern_string text);
void output_xml_name(struct output *output, const char *text); /* into a value */

#endif

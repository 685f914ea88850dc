/*
 * page.h - pages in HTML that need nothing else, made from the files in page/. For the files of this
 * folder alone.
 */
#ifndef QUERN_PAGE_H
#define QUERN_PAGE_H

#include "command/skeleton.h"

/* Those in page/. Ended by one without a name. */
extern const struct skeleton_file page_files[];

/* Appends the page of that name, page/NAME.html, with NAME.css, the data, and NAME.js where it says
 * "@style@", "@data@" and "@script@", in this order. */
void page_write(struct buffer *page, const char *name, const struct buffer *json);

#endif

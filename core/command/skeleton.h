/*
 * skeleton.h - the files that `quern new` copies. For the files of this folder alone.
 */
#ifndef QUERN_SKELETON_H
#define QUERN_SKELETON_H

#include "base/base.h"

struct skeleton_file {
    const char *name;
    quern_string text;
};

/* Those in skeleton/, and the stage of plugins/template. Ended by one without a name. */
extern const struct skeleton_file skeleton_files[];

#endif

/* detector.h - what uchardet says of some bytes. */
#ifndef DETECTOR_H
#define DETECTOR_H

#include <quern.h>

enum { DETECTOR_NAME_SIZE = 32 };

/* Its name for their encoding, empty when it has no answer. False, after quern_fail(), when it cannot
 * be loaded. */
bool detector_ask(quern_string bytes, char name[DETECTOR_NAME_SIZE], quern_call *call);

#endif

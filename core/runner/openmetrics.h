/*
 * openmetrics.h - the figures of a run for machines that watch it. For the files of this folder alone.
 */
#ifndef QUERN_OPENMETRICS_H
#define QUERN_OPENMETRICS_H

#include "runner/statistics.h"

/* Appends them in the text format of OpenMetrics 1.0; `active`: the run has not ended. */
void openmetrics_add(struct buffer *out, const struct statistics *statistics, bool active);

#endif

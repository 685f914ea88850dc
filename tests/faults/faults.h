/*
 * faults.h - makes one allocation of Quern's own code fail. Linked into the library by the option
 * QUERN_FAULTS, where the linker sends every call of malloc() and its kin here.
 */
#ifndef QUERN_FAULTS_H
#define QUERN_FAULTS_H

#include <stdbool.h>

/* The nth allocation from now on fails, counted from 1, and none after it. */
void faults_arm(unsigned long nth);

/* Whether that allocation has come. */
bool faults_fired(void);

#endif

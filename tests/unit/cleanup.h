/* cleanup.h - the stage cleanup, compiled into the tests of it. */
#include "../../plugins/cleanup/class.c"
#include "../../plugins/cleanup/html.c"
#include "../../plugins/cleanup/layout.c"
#include "../../plugins/cleanup/mojibake.c"
#include "../../plugins/cleanup/mojibake_control.c"
#include "../../plugins/cleanup/mojibake_line.c"
#include "../../plugins/cleanup/mojibake_table.c"
#include "../../plugins/cleanup/mojibake_unit.c"
#include "../../plugins/cleanup/normalise.c"
#include "../../plugins/cleanup/read.c"
#include "../../plugins/cleanup/reference.c"
#include "../../plugins/cleanup/reference_table.c"
#include "../../plugins/cleanup/scan.c"
#include "../../plugins/cleanup/windows1252.c"

#include "../../plugins/cleanup/cleanup.c"

#include "../harness.c"

#include "command/command.h"

int main(int argc, char **argv)
{
    return quern_main(argc, argv);
}

/* A shared object that is no plugin. */
int no_symbol_for_quern(void);

__attribute__((visibility("default"))) int no_symbol_for_quern(void)
{
    return 0;
}

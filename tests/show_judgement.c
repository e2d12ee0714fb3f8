/* show_judgement NAME FORMAT: a judgement of tests/made_judgement.h on standard output, for programs that
 * know the formats better than we do. */
#include "judge/report/judgement_write.h"
#include "made_judgement.h"

int main(int argc, char **argv)
{
    struct eb_error err = {0};
    struct eb_judgement *judgement = argc == 3 ? made_judgement(argv[1]) : NULL;
    if (!judgement) {
        fputs("usage: show_judgement NAME FORMAT\n", stderr);
        return 2;
    }
    enum eb_status status = eb_judgement_write(judgement, argv[2], stdout, &err);
    if (status != EB_OK)
        fprintf(stderr, "show_judgement: %s\n", err.text);
    eb_judgement_free(judgement);
    return eb_status_exit_code(status);
}

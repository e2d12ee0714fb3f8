/* show_pictures page|svg|png DIR: draws the made pictures of every look, to be looked at. */
#include "judge/report/plot/gnuplot.h"
#include "made_pictures.h"

#include <string.h>

static void save(const char *directory, const char *id, const char *extension, const struct eb_drawn *drawn)
{
    char path[400];
    snprintf(path, sizeof path, "%s/%s.%s", directory, id, extension);
    FILE *file = fopen(path, "wb");
    must(file != NULL && fwrite(drawn->data, 1, drawn->bytes, file) == drawn->bytes && fclose(file) == 0);
}

int main(int argc, char **argv)
{
    struct eb_pictures pictures = {0};
    struct eb_drawn *drawn = NULL;
    struct eb_error err = {0};
    const char *kind = argc == 3 ? argv[1] : "";
    enum eb_drawing drawing = strcmp(kind, "png") == 0   ? EB_DRAWING_PNG
                              : strcmp(kind, "svg") == 0 ? EB_DRAWING_SVG
                                                         : EB_DRAWING_PAGE;
    if (argc != 3) {
        fprintf(stderr, "show_pictures page|svg|png DIR\n");
        return 2;
    }
    add_all_looks(&pictures);
    add_latency(&pictures, 8, 9, 0.1);
    add_pairs(&pictures, 24);
    add_edges(&pictures);
    enum eb_status status = eb_gnuplot_draw(&pictures, drawing, &drawn, &err);
    for (size_t i = 0; status == EB_OK && i < pictures.count; i++)
        save(argv[2], pictures.items[i].id, drawing == EB_DRAWING_PNG ? "png" : "svg", &drawn[i]);
    if (status != EB_OK)
        fprintf(stderr, "show_pictures: %s\n", err.text);
    eb_drawn_free(drawn, pictures.count);
    eb_pictures_free(&pictures);
    return eb_status_exit_code(status);
}

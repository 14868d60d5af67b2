/* label_runs.c - goes through the runs of a label map and joins those of one label, across the ends of rows too. */
#include "label_runs.h"

seg_label_runs seg_label_runs_of(const seg_labelmap *map, size_t begin, size_t end)
{
    seg_label_runs s = {.map = map, .at = begin, .end = end, .row = begin / map->grid.n[0]};

    if (begin < end)
        s.run = seg_labelmap_run_at(map, s.row, begin % map->grid.n[0]);
    return s;
}

/* The first voxel after the current run. */
static size_t run_end(const seg_label_runs *s)
{
    size_t row_begin = s->row * s->map->grid.n[0];

    if (s->run + 1 < s->map->first[s->row + 1])
        return row_begin + s->map->run[s->run + 1].x;
    return row_begin + s->map->grid.n[0];
}

bool seg_label_runs_next(seg_label_runs *s, seg_label_run *run)
{
    const seg_labelmap *map = s->map;

    if (s->at >= s->end)
        return false;
    run->begin = s->at;
    run->code = map->run[s->run].code;
    while (s->at < s->end && map->run[s->run].code == run->code) {
        s->at = run_end(s);
        if (++s->run == map->first[s->row + 1])
            s->row++;
    }
    if (s->at > s->end)
        s->at = s->end;
    run->end = s->at;
    return true;
}

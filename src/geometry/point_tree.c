/* point_tree.c - see point_tree.h. */
#include "point_tree.h"

#include <stdlib.h>

#include "../base/memory.h"
#include "bits.h"

struct seg_tree_box {
    seg_point low, high;
};

static void list_points(seg_point_tree *tree, const seg_mask *set)
{
    size_t count = 0;

    for (size_t z = 0; z < set->n[2]; z++)
        for (size_t y = 0; y < set->n[1]; y++) {
            const uint64_t *row = seg_mask_row(set, y, z);

            for (size_t i = 0; i < set->words; i++)
                for (uint64_t word = row[i]; word; word &= word - 1)
                    tree->point[count++] = (seg_point){(int32_t)(64 * i) + __builtin_ctzll(word), (int32_t)y,
                                                       (int32_t)z};
        }
}

static void add_box(struct seg_tree_box *box, const struct seg_tree_box *part)
{
    box->low.x = part->low.x < box->low.x ? part->low.x : box->low.x;
    box->low.y = part->low.y < box->low.y ? part->low.y : box->low.y;
    box->low.z = part->low.z < box->low.z ? part->low.z : box->low.z;
    box->high.x = part->high.x > box->high.x ? part->high.x : box->high.x;
    box->high.y = part->high.y > box->high.y ? part->high.y : box->high.y;
    box->high.z = part->high.z > box->high.z ? part->high.z : box->high.z;
}

/* Part i of a level: a point below level 0, a box below the others. */
static struct seg_tree_box part_of(const seg_point_tree *tree, int level, size_t i)
{
    return level ? tree->box[level - 1][i] : (struct seg_tree_box){tree->point[i], tree->point[i]};
}

static size_t parts_below(const seg_point_tree *tree, int level)
{
    return level ? tree->boxes[level - 1] : tree->points;
}

static seg_status add_level(seg_point_tree *tree, seg_error *err)
{
    int level = tree->levels;
    size_t parts = parts_below(tree, level), boxes = (parts + SEG_TREE_FAN - 1) / SEG_TREE_FAN;
    seg_status st = seg_alloc(&tree->box[level], boxes, sizeof **tree->box, "surface points", err);

    for (size_t b = 0; !st && b < boxes; b++) {
        tree->box[level][b] = part_of(tree, level, b * SEG_TREE_FAN);
        for (size_t i = b * SEG_TREE_FAN + 1; i < parts && i < (b + 1) * SEG_TREE_FAN; i++) {
            struct seg_tree_box part = part_of(tree, level, i);

            add_box(&tree->box[level][b], &part);
        }
    }
    tree->boxes[level] = st ? 0 : boxes;
    tree->levels++;
    return st;
}

seg_status seg_point_tree_make(seg_point_tree *tree, const seg_mask *set, const double step[3], seg_error *err)
{
    seg_status st;

    *tree = (seg_point_tree){{step[0], step[1], step[2]}, NULL, seg_mask_count(set), 0, {0}, {0}};
    st = seg_alloc(&tree->point, tree->points, sizeof *tree->point, "surface points", err);
    if (!st)
        list_points(tree, set);
    while (!st && (tree->levels == 0 || tree->boxes[tree->levels - 1] > SEG_TREE_FAN))
        st = add_level(tree, err);
    if (st)
        seg_point_tree_free(tree);
    return st;
}

/* z, y, x: the order in which scipy adds them, so that the last bit agrees. */
static inline double squared(const double step[3], int32_t dx, int32_t dy, int32_t dz)
{
    double x = dx * step[0], y = dy * step[1], z = dz * step[2];

    return z * z + y * y + x * x;
}

double seg_point_squared(const double step[3], seg_point a, seg_point b)
{
    return squared(step, a.x - b.x, a.y - b.y, a.z - b.z);
}

/* How far `at` is from the stretch [low, high]. */
static inline int32_t outside_by(int32_t at, int32_t low, int32_t high)
{
    return at < low ? low - at : at > high ? at - high : 0;
}

/* No point in the box is nearer, also not by rounding: every operation grows with the offsets. */
static inline double squared_to_box(const double step[3], seg_point from, const struct seg_tree_box *box)
{
    return squared(step, outside_by(from.x, box->low.x, box->high.x), outside_by(from.y, box->low.y, box->high.y),
                   outside_by(from.z, box->low.z, box->high.z));
}

static double look_at_points(const seg_point_tree *tree, size_t box, seg_point from, double best, seg_point *nearest)
{
    for (size_t i = box * SEG_TREE_FAN; i < tree->points && i < (box + 1) * SEG_TREE_FAN; i++) {
        double d = seg_point_squared(tree->step, tree->point[i], from);

        if (d < best) {
            best = d;
            *nearest = tree->point[i];
        }
    }
    return best;
}

/* Looks into the boxes [begin, end) of a level. */
static double look_into(const seg_point_tree *tree, int level, size_t begin, size_t end, seg_point from, double best,
                        seg_point *nearest)
{
    for (size_t b = begin; b < end && b < tree->boxes[level]; b++) {
        if (squared_to_box(tree->step, from, &tree->box[level][b]) >= best)
            continue;
        best = level ? look_into(tree, level - 1, b * SEG_TREE_FAN, (b + 1) * SEG_TREE_FAN, from, best, nearest)
                     : look_at_points(tree, b, from, best, nearest);
    }
    return best;
}

double seg_point_tree_nearest(const seg_point_tree *tree, seg_point from, double best, seg_point *nearest)
{
    int top = tree->levels - 1;

    return look_into(tree, top, 0, tree->boxes[top], from, best, nearest);
}

void seg_point_tree_free(seg_point_tree *tree)
{
    for (int level = 0; level < SEG_TREE_LEVELS; level++)
        free(tree->box[level]);
    free(tree->point);
    *tree = (seg_point_tree){0};
}

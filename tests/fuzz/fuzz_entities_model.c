/* Any model with a right header, whatever its parts: every look-up in it stays within it. */
#include "../../plugins/entities/kernels.c"
#include "../../plugins/entities/model.c"
#include "../../plugins/entities/sequence.c"

#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* The first bytes are counts, the others are the file. */
static void *make_image(const uint8_t *data, size_t size, size_t *image_size)
{
    struct model_header header = {.magic = MODEL_MAGIC, .version = MODEL_VERSION};
    header.rows = data[0];
    header.row_buckets = data[1];
    header.words = data[2];
    header.word_buckets = data[3];
    header.clusters = data[4] * 17U;
    for (unsigned i = 0; i < STATES * STATES; i++)
        header.steps[i / STATES][i % STATES] = (int16_t)(data[i % size] << 8 | data[i * 3 % size]);
    uint64_t offsets[PARTS];
    model_lay_out(&header, offsets);
    header.size = *image_size = offsets[PART_END];
    uint8_t *image = aligned_alloc(64, *image_size);
    if (!image)
        return NULL;
    for (size_t i = 0; i < *image_size; i++)
        image[i] = i < size ? data[i] : 0;
    memcpy(image, &header, sizeof header);
    model_seal(image);
    return image;
}

static void look_up(const struct model *model, const uint8_t *data, size_t size)
{
    static struct sequence sequence;
    struct score scores[16] = {0};
    uint8_t tags[16];
    sequence_open(&sequence, model, kernels_choose());
    for (size_t i = 0; i + 8 <= size; i += 8) {
        uint64_t key;
        memcpy(&key, data + i, sizeof key);
        sequence.kernels->add_rows(model, &key, 1, &scores[i / 8 % 16]);
        uint16_t cluster = model_cluster(model, key);
        for (int grain = 0; grain < CLUSTER_GRAINS - 1 && cluster != NO_CLUSTER; grain++)
            scores[0].of[0] = (int16_t)(scores[0].of[0] ^ model->coarser[grain][cluster]);
    }
    sequence_find(&sequence, scores, 16, tags);
    sequence_weigh(&sequence, scores, 16);
    float share = sequence_share(&sequence, 0, 16, tags);
    if (!(share >= 0 && share <= 1))
        abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    if (size < 8)
        return 0;
    size_t image_size;
    void *image = make_image(data, size, &image_size);
    struct model model = {0};
    if (image && !model_use(&model, image, image_size))
        look_up(&model, data, size);
    free(image);
    return 0;
}

// SPDX-License-Identifier: GPL-2.0
/* make_corpus DIRECTORY: one small BTF file for each era, and some with less. */
#include <stdlib.h>

#include "shapes.h"

static void write_file(const char *dir, const char *name, int nr,
		       const struct btf_file *f)
{
	char path[4096];
	FILE *out;

	snprintf(path, sizeof(path), "%s/%s-%d", dir, name, nr);
	out = fopen(path, "wb");
	if (!out || fwrite(f->data, 1, f->len, out) != f->len) {
		perror(path);
		exit(1);
	}
	fclose(out);
}

/* A kind from the future, told of in the layout section. */
static struct btf_file future_file(void)
{
	struct btf_builder *b = malloc(sizeof(*b));
	struct btf_file f;

	build_init(b);
	build_int(b, "int", 4);
	build_type(b, "", 25, 0);
	build_word(b, 1);
	build_shape(b, 25, 4, 0);
	build_struct(b, "kmem_cache", SLW_BTF_STRUCT, 8);
	build_member(b, "x", 1, 0);
	f = build_file(b, 32);
	free(b);
	return f;
}

int main(int argc, char **argv)
{
	const char *dir = argc > 1 ? argv[1] : ".";
	struct btf_file f;
	struct shape s;
	int i;

	for (i = 0; i < nr_eras; i++) {
		shape_parse(&s, eras[i].text);
		f = shape_file(&s, 24);
		write_file(dir, "era", i, &f);
		file_free(&f);
	}
	f = future_file();
	write_file(dir, "future", 0, &f);
	file_free(&f);
	return 0;
}

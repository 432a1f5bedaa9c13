// SPDX-License-Identifier: GPL-2.0
/*
 * show_layout FILE: where slubwatch finds what it reads, by the BTF in FILE.
 * One line a member: structure.member, offset.
 */
#include <stdlib.h>

#include "shapes.h"

static void show(const struct slw_layout *l)
{
	u32 bit;
	int i;

	printf("# era %s\n# capabilities", slw_layout_era(l));
	for (bit = 0; bit < SLW_NR_CAPS; bit++)
		if (l->caps & 1u << bit)
			printf(" %s", slw_cap_names[bit]);
	printf("\n");
	for (i = 0; i < nr_fields; i++) {
		bool page = l->slab.is_page && fields[i].page_owner;

		if (!slw_has(field_get(l, &fields[i])))
			continue;
		printf("%s.%s %d\n", page ? fields[i].page_owner : fields[i].owner,
		       page ? fields[i].page_member : fields[i].member,
		       field_get(l, &fields[i]));
	}
}

int main(int argc, char **argv)
{
	const char *path = argc > 1 ? argv[1] : "/sys/kernel/btf/vmlinux";
	struct slw_layout_error err;
	struct slw_layout l;
	struct btf_file f;
	struct opened o;
	int ret;

	if (!file_read(&f, path)) {
		fprintf(stderr, "show_layout: cannot read %s\n", path);
		return 1;
	}
	ret = file_open(&f, &o);
	if (ret)
		fprintf(stderr, "show_layout: %s\n", o.err.what);
	else
		ret = slw_layout_resolve(&o.btf, &l, &err);
	if (!ret)
		show(&l);
	else if (!o.err.what[0])
		fprintf(stderr, "show_layout: %s\n", err.what);
	close_built(&f, &o);
	return ret ? 1 : 0;
}

// SPDX-License-Identifier: GPL-2.0
/*
 * libFuzzer: any bytes are a BTF file.  The sanitizers find what is read or
 * computed wrongly; the limits of the runs find what takes too long.  A layout
 * that comes of it must agree with the second reader of the unit tests.
 */
#include <stdlib.h>

#include "oracle.h"
#include "unit.h"

int LLVMFuzzerTestOneInput(const u8 *data, size_t size);

/* The frame of the unit tests is not there: a complaint is a crash. */
void unit_fail(const char *file, int line, const char *fmt, ...)
{
	va_list args;

	fprintf(stderr, "%s:%d: ", file, line);
	va_start(args, fmt);
	vfprintf(stderr, fmt, args);
	va_end(args);
	abort();
}

/* Names to ask for that a layout does not. */
static void look_up(const struct slw_btf *btf)
{
	static const char *const names[] = { "next", "counters", "x", "" };
	struct slw_btf_member m;
	u32 id, size, elem, count;
	size_t i;

	for (id = 0; id < btf->nr_types && id < 256; id++) {
		slw_btf_size(btf, id, &size);
		slw_btf_array(btf, id, &elem, &count);
		slw_btf_kind_name(slw_btf_kind(btf, id));
		for (i = 0; i < ARRAY_SIZE(names); i++)
			slw_btf_member(btf, id, names[i], &m);
	}
}

int LLVMFuzzerTestOneInput(const u8 *data, size_t size)
{
	struct btf_file f = { .data = (u8 *)data, .len = size };
	struct slw_layout_error err;
	struct slw_layout l;
	struct opened o;

	if (!file_open(&f, &o)) {
		look_up(&o.btf);
		if (!slw_layout_resolve(&o.btf, &l, &err))
			oracle_check(&f, &l);
		else if (!memchr(err.what, 0, sizeof(err.what)) || !err.what[0])
			abort();
	}
	file_close(&o);
	return 0;
}

/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Makes BTF files for tests: record by record, so that a test can also make
 * those that no compiler would.
 */
#ifndef _SLUBWATCH_UNIT_BTF_BUILD_H
#define _SLUBWATCH_UNIT_BTF_BUILD_H

#include "btf.h"

#define BUILD_MAX	65536

/* A file in memory of exactly @len bytes, so that ASan sees every overrun. */
struct btf_file {
	u8 *data;
	size_t len;
};

struct btf_builder {
	u8 types[BUILD_MAX];
	char strs[BUILD_MAX];
	u8 shapes[512];
	u32 types_len;
	u32 strs_len;
	u32 shapes_len;
	u32 last_id;
	u32 open;		/* record that build_member() adds to */
};

void build_init(struct btf_builder *b);

/* Add a record of any kind and no vlen; its id is returned. */
u32 build_type(struct btf_builder *b, const char *name, u32 kind, u32 last);

/* Add a raw word behind the last record. */
void build_word(struct btf_builder *b, u32 word);

u32 build_int(struct btf_builder *b, const char *name, u32 size);
u32 build_array(struct btf_builder *b, u32 elem, u32 count);

/* Begin a structure or union, then add members; "" is an unnamed member. */
u32 build_struct(struct btf_builder *b, const char *name, u32 kind, u32 size);
void build_member(struct btf_builder *b, const char *name, u32 type, u32 bits);
void build_bitfield(struct btf_builder *b, const char *name, u32 type,
		    u32 bit_offset, u32 bits);

/* Overwrite name, info or last word (0, 1, 2) of the last begun record. */
void build_patch(struct btf_builder *b, u32 word, u32 value);

/* Say in the layout section how long the elements of a kind are. */
void build_shape(struct btf_builder *b, u32 kind, u8 fixed, u8 each);

/* The file; header of 24 or 32 bytes.  Free with file_free(). */
struct btf_file build_file(const struct btf_builder *b, u32 hdr_len);

struct btf_file file_copy(const struct btf_file *f, size_t len);
bool file_read(struct btf_file *f, const char *path);
void file_free(struct btf_file *f);
u32 file_word(const struct btf_file *f, size_t at);
void file_set_word(struct btf_file *f, size_t at, u32 value);

/* A file under test. */
struct opened {
	struct slw_btf btf;
	struct slw_btf_error err;
	u32 *index;
};

/* slw_btf_open() and slw_btf_index(); close in any case. */
int file_open(const struct btf_file *f, struct opened *o);
void file_close(struct opened *o);

/* Both for what a builder holds, with the old header. */
int open_built(const struct btf_builder *b, struct btf_file *f, struct opened *o);
void close_built(struct btf_file *f, struct opened *o);

#endif /* _SLUBWATCH_UNIT_BTF_BUILD_H */

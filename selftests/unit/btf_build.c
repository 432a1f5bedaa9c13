// SPDX-License-Identifier: GPL-2.0
#include <assert.h>
#include <stdlib.h>

#include "btf_build.h"

#define HDR_WORDS	8	/* the newest header, 32 bytes */
#define KFLAG		0x80000000u

void build_init(struct btf_builder *b)
{
	memset(b, 0, sizeof(*b));
	b->strs_len = 1;
}

static u32 add_string(struct btf_builder *b, const char *s)
{
	u32 at = b->strs_len;
	size_t len = strlen(s) + 1;

	if (!*s)
		return 0;
	assert(at + len <= BUILD_MAX);
	memcpy(b->strs + at, s, len);
	b->strs_len += (u32)len;
	return at;
}

void build_word(struct btf_builder *b, u32 word)
{
	assert(b->types_len + sizeof(word) <= BUILD_MAX);
	memcpy(b->types + b->types_len, &word, sizeof(word));
	b->types_len += (u32)sizeof(word);
}

u32 build_type(struct btf_builder *b, const char *name, u32 kind, u32 last)
{
	b->open = b->types_len;
	build_word(b, add_string(b, name));
	build_word(b, kind << 24);
	build_word(b, last);
	return ++b->last_id;
}

u32 build_int(struct btf_builder *b, const char *name, u32 size)
{
	u32 id = build_type(b, name, SLW_BTF_INT, size);

	build_word(b, size * 8);
	return id;
}

u32 build_array(struct btf_builder *b, u32 elem, u32 count)
{
	u32 id = build_type(b, "", SLW_BTF_ARRAY, 0);

	build_word(b, elem);
	build_word(b, elem);
	build_word(b, count);
	return id;
}

u32 build_struct(struct btf_builder *b, const char *name, u32 kind, u32 size)
{
	return build_type(b, name, kind, size);
}

void build_patch(struct btf_builder *b, u32 word, u32 value)
{
	memcpy(b->types + b->open + 4 * word, &value, sizeof(value));
}

static u32 info_of_open(const struct btf_builder *b)
{
	u32 info;

	memcpy(&info, b->types + b->open + 4, sizeof(info));
	return info;
}

void build_member(struct btf_builder *b, const char *name, u32 type, u32 bits)
{
	build_patch(b, 1, info_of_open(b) + 1);
	build_word(b, add_string(b, name));
	build_word(b, type);
	build_word(b, bits);
}

void build_bitfield(struct btf_builder *b, const char *name, u32 type,
		    u32 bit_offset, u32 bits)
{
	build_member(b, name, type, bits << 24 | bit_offset);
	build_patch(b, 1, info_of_open(b) | KFLAG);
}

void build_shape(struct btf_builder *b, u32 kind, u8 fixed, u8 each)
{
	u32 end = (kind + 1) * 4;

	assert(end <= sizeof(b->shapes));
	b->shapes[kind * 4] = fixed;
	b->shapes[kind * 4 + 1] = each;
	if (b->shapes_len < end)
		b->shapes_len = end;
}

struct btf_file build_file(const struct btf_builder *b, u32 hdr_len)
{
	const u32 shapes_len = hdr_len == 4 * HDR_WORDS ? b->shapes_len : 0;
	const u32 head[HDR_WORDS] = {
		0x0001eb9f, hdr_len,
		0, b->types_len,
		b->types_len, b->strs_len,
		b->types_len + b->strs_len, shapes_len,
	};
	struct btf_file f = {
		.len = hdr_len + b->types_len + b->strs_len + shapes_len,
	};
	u8 *p = malloc(f.len);

	assert(p && hdr_len <= sizeof(head));
	f.data = p;
	memcpy(p, head, hdr_len);
	p += hdr_len;
	memcpy(p, b->types, b->types_len);
	p += b->types_len;
	memcpy(p, b->strs, b->strs_len);
	p += b->strs_len;
	memcpy(p, b->shapes, shapes_len);
	return f;
}

struct btf_file file_copy(const struct btf_file *f, size_t len)
{
	struct btf_file copy = { .data = malloc(len ? len : 1), .len = len };

	assert(copy.data && len <= f->len);
	memcpy(copy.data, f->data, len);
	return copy;
}

bool file_read(struct btf_file *f, const char *path)
{
	const size_t max = 64 << 20;
	FILE *in = fopen(path, "rb");

	f->data = NULL;
	f->len = 0;
	if (!in)
		return false;
	f->data = malloc(max);
	assert(f->data);
	f->len = fread(f->data, 1, max, in);
	fclose(in);
	f->data = realloc(f->data, f->len ? f->len : 1);
	return f->len > 0;
}

void file_free(struct btf_file *f)
{
	free(f->data);
	f->data = NULL;
}

u32 file_word(const struct btf_file *f, size_t at)
{
	u32 word;

	assert(at + sizeof(word) <= f->len);
	memcpy(&word, f->data + at, sizeof(word));
	return word;
}

void file_set_word(struct btf_file *f, size_t at, u32 value)
{
	assert(at + sizeof(value) <= f->len);
	memcpy(f->data + at, &value, sizeof(value));
}

int file_open(const struct btf_file *f, struct opened *o)
{
	int ret;

	memset(o, 0, sizeof(*o));
	ret = slw_btf_open(&o->btf, f->data, f->len, &o->err);
	if (ret)
		return ret;
	o->index = malloc(o->btf.nr_types * sizeof(*o->index));
	assert(o->index);
	return slw_btf_index(&o->btf, o->index, o->btf.nr_types, &o->err);
}

void file_close(struct opened *o)
{
	free(o->index);
	o->index = NULL;
}

int open_built(const struct btf_builder *b, struct btf_file *f, struct opened *o)
{
	*f = build_file(b, 24);
	return file_open(f, o);
}

void close_built(struct btf_file *f, struct opened *o)
{
	file_close(o);
	file_free(f);
}

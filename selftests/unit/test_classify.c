// SPDX-License-Identifier: GPL-2.0
/*
 * Damage: what is known of a bad word by how it was made must be said of it,
 * and whatever is said must be true by a second reading, made differently.
 *
 * Slabs are those of slab.h, given addresses that a kernel would give them.
 */
#include "classify.h"
#include "freeptr.h"
#include "recur.h"
#include "slab.h"
#include "unit.h"

#define KERNEL_BASE	0xffff888012340000ul	/* of the slabs below */
#define A3_BASE		0xffff88088fec6000ul
#define FREE		8
#define VICTIM		2	/* place in the chain */

static const struct slab_shape shapes[] = {
	{ .size = 256, .offset = 0, .order = 0 },
	{ .size = 256, .offset = 128, .order = 0, .hardened = true },
	{ .size = 192, .offset = 96, .order = 0 },
	{ .size = 192, .offset = 96, .order = 0, .hardened = true },
	{ .size = 64, .offset = 32, .order = 0 },
	{ .size = 64, .offset = 32, .order = 0, .hardened = true },
	{ .size = 384, .offset = 320, .red_left = 64, .order = 1, .hardened = true },
	{ .size = 8192, .offset = 4096, .order = 3 },
	{ .size = 8192, .offset = 4096, .order = 3, .hardened = true },
};

/**
 * struct scene - a slab at a kernel's address, and the link to be damaged
 * @m:		the slab; its memory stays where it is
 * @first:	address of its first object
 * @object:	the object that holds the link
 * @slot:	address of the link
 * @target:	the object it leads to
 * @good:	the link, as stored
 * @window:	copy of the memory around the object
 */
struct scene {
	struct slab_model m;
	unsigned long first;
	unsigned long object;
	unsigned long slot;
	unsigned long target;
	unsigned long good;
	u8 window[SLUBWATCH_DUMP];
};

/* The bytes behind an address of the scene. */
static u8 *bytes_at(const struct scene *s, unsigned long addr)
{
	return (u8 *)s->m.memory + (addr - s->m.s.base);
}

static unsigned long encode(const struct scene *s, unsigned long to)
{
	return slw_freeptr_decode(&s->m.g, to, s->slot);
}

static void aim(struct scene *s, u32 from, u32 to)
{
	s->first = s->m.s.base + s->m.g.red_left;
	s->object = slab_object(&s->m, from);
	s->slot = s->object + s->m.g.offset;
	s->target = slab_object(&s->m, to);
	s->good = encode(s, s->target);
	memcpy(bytes_at(s, s->slot), &s->good, sizeof(s->good));
}

static void scene_make(struct scene *s, const struct slab_shape *shape,
		       unsigned long base)
{
	u32 free = (4096u << shape->order) / shape->size;

	slab_make(&s->m, shape, free < FREE ? free : FREE);
	s->m.s.base = base;
	aim(s, s->m.chain[VICTIM], s->m.chain[VICTIM + 1]);
}

/* A link of which every run of the tests makes the same. */
static void aim_fixed(struct scene *s)
{
	s->m.g.random = 0x5d1be94f63a08c27ul;
	aim(s, 4, 2);
	memset(bytes_at(s, s->slot - 16), 0, 16);
	memset(bytes_at(s, s->slot + 8), 0, 16);
}

static void scene_drop(struct scene *s)
{
	slab_drop(&s->m);
}

/* Around the object, as the module copies it; cut where the slab ends. */
static void copy_window(struct scene *s, struct slw_damage *d)
{
	u32 before = s->m.g.size < 128 ? s->m.g.size : 128;
	unsigned long end = s->m.s.base + (4096ul << s->m.s.order);

	d->window_start = (s->object & ~15ul) - before;
	if (d->window_start < s->m.s.base)
		d->window_start = s->m.s.base;
	d->window_len = sizeof(s->window);
	if (end - d->window_start < d->window_len)
		d->window_len = (u32)(end - d->window_start);
	memcpy(s->window, bytes_at(s, d->window_start), d->window_len);
	d->window = s->window;
}

/* Store a word over the link. */
static struct slw_damage damage_link(struct scene *s, unsigned long raw)
{
	struct slw_damage d = {
		.what = SLW_DAMAGED_LINK,
		.raw = raw,
		.decoded = slw_freeptr_decode(&s->m.g, raw, s->slot),
		.slot = s->slot,
		.first = s->first,
		.size = s->m.g.size,
		.objects = s->m.s.objects,
	};

	memcpy(bytes_at(s, s->slot), &raw, sizeof(raw));
	copy_window(s, &d);
	return d;
}

static struct slw_damage damage_plain(struct scene *s, enum slw_damaged what,
				      unsigned long word)
{
	return (struct slw_damage) {
		.what = what,
		.raw = word,
		.decoded = word,
		.slot = 0xffffe8ffffc01230ul,
		.first = s->first,
		.size = s->m.g.size,
		.objects = s->m.s.objects,
	};
}

static const struct slw_observation *
find_class(const struct slw_diagnosis *dx, enum slw_class class)
{
	u32 i;

	for (i = 0; i < dx->nr; i++)
		if (dx->seen[i].class == class)
			return &dx->seen[i];
	return NULL;
}

static bool says(const struct slw_diagnosis *dx, enum slw_class class)
{
	return find_class(dx, class);
}

static const char *text_of(const struct slw_diagnosis *dx, enum slw_class class)
{
	const struct slw_observation *o = find_class(dx, class);

	return o ? o->text : "(not said)";
}

static void show(const struct slw_damage *d, const struct slw_diagnosis *dx)
{
	u32 i;

	printf("#   raw %016lx decoded %016lx expected %016lx (%u candidates), xor %lx, %u bits\n",
	       d->raw, d->decoded, dx->expected, dx->candidates, dx->xor,
	       dx->bits);
	for (i = 0; i < dx->nr; i++)
		printf("#   %s %s: %s\n",
		       slw_certainty_name(dx->seen[i].certainty),
		       slw_class_name(dx->seen[i].class), dx->seen[i].text);
}

/*
 * The field cases, one row for each way in which it may stand there.
 */

enum where {
	PLAIN = 1,	/* the link of a list that is not hardened */
	STORED = 2,	/* the bytes of a hardened link */
	DECODED = 4,	/* what a hardened link decodes to */
	HEAD = 8,
	ENTRY = 16,
	LINKS = PLAIN | STORED,
	ANYWHERE = LINKS | DECODED | HEAD,
};

/**
 * struct row - a field case
 * @where:	all of these are tried
 * @make:	makes the word of @arg and of the word that was right
 * @says:	must be said, at any strength
 * @first:	@says must be what is said first
 * @expected:	the link's target must be told; @alone: and be the only one
 */
struct row {
	const char *name;
	u32 where;
	unsigned long (*make)(const struct scene *s, unsigned long good,
			      unsigned long arg);
	unsigned long arg;
	struct { enum slw_class class; const char *text; } says[3];
	bool first;
	bool alone;
};

static unsigned long value(const struct scene *s, unsigned long good,
			   unsigned long arg)
{
	return arg;
}

static unsigned long overlay4(const struct scene *s, unsigned long good,
			      unsigned long at)
{
	static const u8 langid[] = { 0x04, 0x03, 0x09, 0x04 };

	memcpy((u8 *)&good + at, langid, sizeof(langid));
	return good;
}

static unsigned long overlay_high(const struct scene *s, unsigned long good,
				  unsigned long half)
{
	return (good & 0xffffffff) | half << 32;
}

static unsigned long overlay_low(const struct scene *s, unsigned long good,
				 unsigned long half)
{
	return (good & ~0xfffffffful) | half;
}

static unsigned long zero_byte(const struct scene *s, unsigned long good,
			       unsigned long i)
{
	return good & ~(0xfful << 8 * i);
}

static unsigned long flip(const struct scene *s, unsigned long good,
			  unsigned long bit)
{
	return good ^ 1ul << bit;
}

static unsigned long add(const struct scene *s, unsigned long good,
			 unsigned long n)
{
	return good + n;
}

static unsigned long to_self(const struct scene *s, unsigned long good,
			     unsigned long arg)
{
	return s->object;
}

/* The free object that led to this one. */
static unsigned long to_chain(const struct scene *s, unsigned long good,
			      unsigned long i)
{
	return slab_object(&s->m, s->m.chain[i]);
}

static unsigned long to_next_slab(const struct scene *s, unsigned long good,
				  unsigned long arg)
{
	return s->first + 0x10000 + 5 * s->m.g.size;
}

static unsigned long to_last_slab(const struct scene *s, unsigned long good,
				  unsigned long arg)
{
	return s->first - 0x7000;
}

#define SAYS(class, text)	{ SLW_CLASS_##class, text }

static const struct row rows[] = {
	{ "A1 the text in a head or a link", ANYWHERE, value,
	  0x0072006900560338ul,
	  .says = { SAYS(USB, "USB string descriptor, length 0x38"),
	    SAYS(UTF16, "UTF-16LE text \"Vir") }, .first = true },
	{ "A2 four bytes at the link", LINKS, overlay4, 0,
	  .says = { SAYS(USB, "USB string descriptor, length 0x04, LANGID 0x0409"),
	    SAYS(LOW_HALF, "low half is 0x04090304") }, .first = true },
	{ "A2 four bytes two behind it", LINKS, overlay4, 2,
	  .says = { SAYS(USB, "length 0x04, LANGID 0x0409"),
	    SAYS(BYTES, "bytes 2-5 differ, the others fit object") },
	  .first = true },
	{ "A3 a byte zeroed", PLAIN | DECODED, zero_byte, 5,
	  .says = { SAYS(BYTE_ZEROED, "byte 5 zeroed, was 0x88; led to object ") },
	  .first = true, .alone = true },
	{ "A3 a byte zeroed, as stored", STORED, zero_byte, 5,
	  .says = { SAYS(BYTE_ZEROED, "as stored: byte 5 zeroed, was 0x") },
	  .first = true, .alone = true },
	{ "A4 text in any word", LINKS | HEAD | ENTRY, value, 0x2f736679616c7260ul,
	  .says = { SAYS(ASCII, "text \"`rlayfs/") }, .first = true },
	{ "A4 text, decoded", DECODED, value, 0x2f736679616c7260ul,
	  .says = { SAYS(NOISE, "decoded: noise"),
		    SAYS(ASCII, "decoded: text \"`rlayfs/") } },
	{ "B1 text", LINKS | HEAD, value, 0x6e652f323a302d74ul,
	  .says = { SAYS(ASCII, "text \"t-0:2/en") }, .first = true },
	{ "B1 four bytes of text", HEAD | ENTRY, value, 0x72697636ul,
	  .says = { SAYS(ASCII, "text \"6vir") } },
	{ "B1 four bytes of text over a link", LINKS, overlay_low, 0x72697636ul,
	  .says = { SAYS(LOW_HALF, "low half is 0x72697636, the other fits") },
	  .first = true },
	{ "B2 garbage", STORED, value, 0x9c3fd1e0a7735be4ul,
	  .says = { SAYS(NOISE, "decoded: noise") }, .first = true },
	{ "B2 garbage, not hardened", PLAIN | HEAD | ENTRY, value,
	  0x9c3fd1e0a7735be4ul,
	  .says = { SAYS(RANDOM, "nothing known fits; the nearest of ") },
	  .first = true },
	{ "B3 the low byte zeroed", PLAIN | DECODED, zero_byte, 0,
	  .says = { SAYS(BYTE_ZEROED, "byte 0 zeroed, was 0x") } },
	{ "B3 the low byte zeroed, as stored", STORED, zero_byte, 0,
	  .says = { SAYS(BYTE_ZEROED, "as stored: byte 0 zeroed, was 0x") },
	  .first = true, .alone = true },
	{ "B4 all zero, not hardened", PLAIN | HEAD, value, 0,
	  .says = { SAYS(ZERO, "NULL: the list ends here") }, .first = true },
	{ "B4 all zero, as stored", STORED, value, 0,
	  .says = { SAYS(ZERO, "as stored: all bytes are zero"),
	    SAYS(NOISE, "noise") }, .first = true },
	{ "B4 decodes to NULL", DECODED, value, 0,
	  .says = { SAYS(ZERO, "decoded: NULL: the list ends here") }, .first = true },
	{ "B4 an entry that is NULL", ENTRY, value, 0,
	  .says = { SAYS(ZERO, "NULL") }, .first = true },
	{ "B5 bit 62", ANYWHERE | ENTRY, flip, 62,
	  .says = { SAYS(SINGLE_BIT, "bit 62 flipped, now ") }, .first = true,
	  .alone = true },
	{ "B5 bit 3", ANYWHERE | ENTRY, flip, 3,
	  .says = { SAYS(SINGLE_BIT, "bit 3 flipped, now ") }, .first = true,
	  .alone = true },
	{ "B5 bit 14, outside", ANYWHERE | ENTRY, flip, 14,
	  .says = { SAYS(SINGLE_BIT, "bit 14 flipped, now ") }, .first = true,
	  .alone = true },
	{ "B6 the first list poison", ANYWHERE | ENTRY, value,
	  0xdead000000000100ul, .says = { SAYS(LIST_POISON, "LIST_POISON1") },
	  .first = true },
	{ "B6 the second list poison", ANYWHERE | ENTRY, value,
	  0xdead000000000122ul, .says = { SAYS(LIST_POISON, "LIST_POISON2") },
	  .first = true },
	{ "B6 a field behind it", ANYWHERE, value, 0xdead00000000012aul,
	  .says = { SAYS(LIST_POISON, "LIST_POISON2 + 0x8") }, .first = true },
	{ "B6 what contains it", ANYWHERE, value, 0xdeacfffffffffff0ul,
	  .says = { SAYS(LIST_POISON, "PP_SIGNATURE - 0x50") }, .first = true },
	{ "B6 the slab poison", ANYWHERE, value, 0x6b6b6b6b6b6b6b6bul,
	  .says = { SAYS(SLAB_POISON, "every byte is 0x6b, POISON_FREE") } },
	{ "B6 the slab poison's end", ANYWHERE, value, 0xa56b6b6b6b6b6b6bul,
	  .says = { SAYS(SLAB_POISON, "POISON_FREE up to POISON_END") },
	  .first = true },
	{ "B6 the slab poison in use", ANYWHERE, value, 0x5a5a5a5a5a5a5a5aul,
	  .says = { SAYS(SLAB_POISON, "every byte is 0x5a, POISON_INUSE") } },
	{ "B6 a red zone", ANYWHERE, value, 0xbbbbbbbbbbbbbbbbul,
	  .says = { SAYS(SLAB_POISON, "every byte is 0xbb, SLUB_RED_INACTIVE") },
	  .first = true },
	{ "B6 an active red zone", ANYWHERE, value, 0xccccccccccccccccul,
	  .says = { SAYS(SLAB_POISON, "every byte is 0xcc, SLUB_RED_ACTIVE") },
	  .first = true },
	{ "B6 the end of poison", ANYWHERE, value, 0xa5a5a5a5a5a5a5a5ul,
	  .says = { SAYS(SLAB_POISON, "every byte is 0xa5, POISON_END") },
	  .first = true },
	{ "B6 the page poison", ANYWHERE, value, 0xaaaaaaaaaaaaaaaaul,
	  .says = { SAYS(PAGE_POISON, "every byte is 0xaa, PAGE_POISON") },
	  .first = true },
	{ "B6 deadbeef", ANYWHERE, value, 0xdeadbeefdeadbeeful,
	  .says = { SAYS(DEADBEEF, "0xdeadbeef in both halves") }, .first = true },
	{ "B6 deadbeef in a half", LINKS, overlay_low, 0xdeadbeef,
	  .says = { SAYS(DEADBEEF, "0xdeadbeef in the low half"),
	    SAYS(LOW_HALF, "low half is 0xdeadbeef") }, .first = true },
	{ "B6 deadbeef in the high half", LINKS, overlay_high, 0xdeadbeef,
	  .says = { SAYS(DEADBEEF, "0xdeadbeef in the high half"),
	    SAYS(HIGH_HALF, "high half is 0xdeadbeef, the other fits object") },
	  .first = true, .alone = true },
	{ "B6 a letter all over", ANYWHERE, value, 0x4141414141414141ul,
	  .says = { SAYS(FILL, "every byte is 0x41, 'A'") },
	  .first = true },
	{ "B6 all ones", ANYWHERE, value, ~0ul,
	  .says = { SAYS(FILL, "every byte is 0xff"),
	    SAYS(ERROR_POINTER, "ERR_PTR(-1)") }, .first = true },
	{ "B7 to itself", PLAIN | DECODED, to_self, 0,
	  .says = { SAYS(VALID_TARGET, "its own object, as if freed twice in a row") },
	  .first = true },
	{ "B7 A, B, A", PLAIN | DECODED | HEAD | ENTRY, to_chain, VICTIM - 1,
	  .says = { SAYS(VALID_TARGET, "object ") }, .first = true },
	{ "B5 to an object further on", PLAIN | DECODED, to_chain, VICTIM + 2,
	  .says = { SAYS(VALID_TARGET, "object ") }, .first = true },
	{ "B7 a hardened link, not encoded", STORED, to_chain, VICTIM + 2,
	  .says = { SAYS(VALID_TARGET, ", not encoded") }, .first = true },
	{ "B8 another slab behind", ANYWHERE | ENTRY, to_next_slab, 0,
	  .says = { SAYS(KERNEL_POINTER, " bytes behind this slab's objects") } },
	{ "B8 another slab before", ANYWHERE | ENTRY, to_last_slab, 0,
	  .says = { SAYS(KERNEL_POINTER, " bytes before this slab's objects") } },
	{ "B8 far away", ANYWHERE | ENTRY, value, 0xffff9c4d71e58230ul,
	  .says = { SAYS(KERNEL_POINTER, "an address of the kernel's, far") },
	  .first = true },
	{ "B8 the kernel's image", ANYWHERE | ENTRY, value,
	  0xffffffff81c0ffe0ul,
	  .says = { SAYS(KERNEL_POINTER, "in the top 2 GiB") }, .first = true },
	{ "B8 user space", ANYWHERE | ENTRY, value, 0x00007f5a12345678ul,
	  .says = { SAYS(USER_ADDRESS, "an address of user space") }, .first = true },
	{ "B10 between objects", PLAIN | HEAD | ENTRY, add, 0x28,
	  .says = { SAYS(SMALL_CHANGE, "0x28 more than a pointer to object ") } },
	{ "counted up", ANYWHERE | ENTRY, add, 3,
	  .says = { SAYS(SMALL_CHANGE, "0x3 more than a pointer to ") } },
	{ "counted down", ANYWHERE | ENTRY, add, -3ul,
	  .says = { SAYS(SMALL_CHANGE, "0x3 less than a pointer to ") } },
	{ "a number", ANYWHERE, value, 517,
	  .says = { SAYS(SMALL_NUMBER, "the number 517") }, .first = true },
	{ "an error", ANYWHERE | ENTRY, value, -12ul,
	  .says = { SAYS(ERROR_POINTER, "ERR_PTR(-12)") }, .first = true },
	{ "USB device descriptor", ANYWHERE, value, 0x4000000002000112ul,
	  .says = { SAYS(USB, "USB device descriptor, length 0x12, bcdUSB 0x0200") },
	  .first = true },
	{ "USB configuration descriptor", ANYWHERE, value, 0xc000010200200209ul,
	  .says = { SAYS(USB, "USB configuration descriptor, length 0x09, total 0x0020") },
	  .first = true },
	{ "USB interface descriptor", ANYWHERE, value, 0x5006080200000409ul,
	  .says = { SAYS(USB, "USB interface descriptor, length 0x09") },
	  .first = true },
	{ "USB endpoint descriptor", ANYWHERE, value, 0x0900020002810507ul,
	  .says = { SAYS(USB, "USB endpoint descriptor, length 0x07") },
	  .first = true },
	{ "ARP packet", ANYWHERE, value, 0x0100040600080100ul,
	  .says = { SAYS(DMA, "ARP packet, length 0x1c") }, .first = true },
	{ "SCSI sense data", ANYWHERE, value, 0x0a00000000050070ul,
	  .says = { SAYS(DMA, "SCSI sense data, length 0x12") }, .first = true },
};

static void expect_row(const struct row *r, const struct scene *s,
		       const struct slw_damage *d)
{
	int before = unit_failures();
	struct slw_diagnosis dx;
	unsigned int i;

	slw_classify(d, &dx);
	for (i = 0; i < ARRAY_SIZE(r->says) && r->says[i].text; i++)
		EXPECT_HAS(text_of(&dx, r->says[i].class), r->says[i].text);
	if (r->first)
		EXPECT_EQ(dx.seen[0].class, r->says[0].class);
	if (r->alone) {
		EXPECT_EQ(dx.expected, s->target);
		EXPECT_EQ(dx.candidates, 1);
		EXPECT_EQ(dx.xor, d->decoded ^ s->target);
		EXPECT_EQ(dx.expected_raw ^ d->raw, dx.xor);
		EXPECT_EQ(dx.bits, __builtin_popcountl(dx.xor));
	}
	if (unit_failures() != before)
		show(d, &dx);
}

/* Objects of 192 bytes, as in case A2; no damage below hits the grid. */
static void run_link(const struct row *r, bool hardened, bool decoded)
{
	static struct scene s;
	struct slw_damage d;
	unsigned long word;

	scene_make(&s, &shapes[2 + hardened], KERNEL_BASE);
	aim_fixed(&s);
	s.m.chain[VICTIM - 1] = 11;
	s.m.chain[VICTIM + 2] = 17;
	word = r->make(&s, decoded ? s.target : s.good, r->arg);
	d = damage_link(&s, decoded ? encode(&s, word) : word);
	expect_row(r, &s, &d);
	scene_drop(&s);
}

static void run_plain(const struct row *r, enum slw_damaged what)
{
	static struct scene s;
	struct slw_damage d;

	scene_make(&s, &shapes[2], KERNEL_BASE);
	aim_fixed(&s);
	s.m.chain[VICTIM - 1] = 11;
	d = damage_plain(&s, what, r->make(&s, s.target, r->arg));
	expect_row(r, &s, &d);
	scene_drop(&s);
}

static void field_case(const void *arg)
{
	const struct row *r = arg;

	if (r->where & PLAIN)
		run_link(r, false, false);
	if (r->where & STORED)
		run_link(r, true, false);
	if (r->where & DECODED)
		run_link(r, true, true);
	if (r->where & HEAD)
		run_plain(r, SLW_DAMAGED_HEAD);
	if (r->where & ENTRY)
		run_plain(r, SLW_DAMAGED_ENTRY);
}

/* The very pointers of case A3. */
static void a3_pointers(const void *arg)
{
	static struct scene s;
	struct slw_damage d;
	struct slw_diagnosis dx;

	scene_make(&s, &shapes[0], A3_BASE);
	d = damage_link(&s, 0xffff00088fec6500ul);
	slw_classify(&d, &dx);
	EXPECT_EQ(dx.expected, 0xffff88088fec6500ul);
	EXPECT_EQ(dx.candidates, 1);
	EXPECT_EQ(dx.xor, 0x0000880000000000ul);
	EXPECT_EQ(dx.nr, 1);
	EXPECT_HAS(dx.seen[0].text, "byte 5 zeroed, was 0x88; led to object 5");
	scene_drop(&s);

	scene_make(&s, &(struct slab_shape) { .size = 96 }, 0xffff880856964000ul);
	d = damage_plain(&s, SLW_DAMAGED_HEAD, 0xffff0008569645a0ul);
	slw_classify(&d, &dx);
	EXPECT_EQ(dx.expected, 0xffff8808569645a0ul);
	EXPECT_EQ(dx.candidates, 1);
	EXPECT_HAS(dx.seen[0].text, "byte 5 zeroed, was 0x88; led to object 15");
	scene_drop(&s);
}

/*
 * What stands around the word belongs to it.
 */

static const u8 string_descriptor[] =
	"\x38\x03V\0i\0r\0t\0u\0a\0l\0 \0K\0e\0y\0b\0o\0a\0r\0d\0,\0 \0a\0n\0d\0 \0M\0o\0u\0s\0e";

static struct slw_damage overwrite(struct scene *s, long at, const void *with,
				   size_t len)
{
	unsigned long raw;

	memcpy(bytes_at(s, s->slot + (unsigned long)at), with, len);
	memcpy(&raw, bytes_at(s, s->slot), sizeof(raw));
	return damage_link(s, raw);
}

static void string_around(const void *arg)
{
	static const struct { long at; const char *text, *usb; } cases[] = {
		{ 0, "UTF-16LE text \"Virtual Keyboard, and Mouse\"",
		  "USB string descriptor, length 0x38" },
		{ -2, "UTF-16LE text \"Virtual Keyboard, and Mouse\"",
		  "length 0x38, 2 bytes before the word" },
		{ -24, "UTF-16LE text \"Virtual Keyboard, and Mouse\"",
		  "length 0x38, 24 bytes before the word" },
		{ -32, "UTF-16LE text \"...tual Keyboard, and Mouse\"",
		  "length 0x38, 32 bytes before the word" },
		{ 4, "UTF-16LE text \"Virtual Keyboard, and Mouse\"",
		  "USB string descriptor, length 0x38" },
	};
	static struct scene s;
	struct slw_damage d;
	struct slw_diagnosis dx;
	unsigned int i, h;

	for (i = 0; i < ARRAY_SIZE(cases); i++) {
		for (h = 2; h <= 3; h++) {
			scene_make(&s, &shapes[h], KERNEL_BASE);
			aim_fixed(&s);
			d = overwrite(&s, cases[i].at, string_descriptor, 56);
			slw_classify(&d, &dx);
			EXPECT_HAS(text_of(&dx, SLW_CLASS_USB), cases[i].usb);
			if (cases[i].at < 4)
				EXPECT_HAS(text_of(&dx, SLW_CLASS_UTF16),
					   cases[i].text);
			scene_drop(&s);
		}
	}
}

static void text_around(const void *arg)
{
	static const char path[] = "/var/lib/containers/storage/overlayfs/l/QWERTYUIOP/merged";
	static struct scene s;
	struct slw_damage d;
	struct slw_diagnosis dx;

	scene_make(&s, &shapes[3], KERNEL_BASE);
	aim_fixed(&s);
	d = overwrite(&s, -20, path, sizeof(path));
	slw_classify(&d, &dx);
	EXPECT_HAS(text_of(&dx, SLW_CLASS_ASCII),
		   "as stored: text \".../containers/storage/overlayfs/l/QWERTYUI...\"");
	/* Of another word: it must not be used. */
	d.window_start += 8;
	slw_classify(&d, &dx);
	EXPECT_HAS(text_of(&dx, SLW_CLASS_ASCII), "as stored: text \"storage/...\"");
	scene_drop(&s);
}

/* The end of a text: half of the word, then a NUL, then what was there. */
static void text_ends(const void *arg)
{
	static struct scene s;
	struct slw_damage d;
	struct slw_diagnosis dx;

	scene_make(&s, &shapes[3], KERNEL_BASE);
	aim_fixed(&s);
	d = overwrite(&s, 0, "sda1", 5);
	slw_classify(&d, &dx);
	EXPECT_HAS(text_of(&dx, SLW_CLASS_ASCII), "as stored: text \"sda1\"");
	EXPECT_EQ(find_class(&dx, SLW_CLASS_ASCII)->certainty, SLW_POSSIBLE);
	scene_drop(&s);
}

/* 192.0.2.1 to 192.0.2.2, UDP, with the right checksum. */
static void packet_around(const void *arg)
{
	static const u8 packet[] = {
		0x45, 0, 0, 60, 0, 0, 0x40, 0, 64, 17, 0xb6, 0xad,
		192, 0, 2, 1, 192, 0, 2, 2,
	};
	static const long at[] = { 0, 4, -8, -40 };
	static struct scene s;
	struct slw_damage d;
	struct slw_diagnosis dx;
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(at); i++) {
		scene_make(&s, &shapes[3], KERNEL_BASE);
		aim_fixed(&s);
		*bytes_at(&s, s.slot) ^= 0xff;
		d = overwrite(&s, at[i], packet, sizeof(packet));
		slw_classify(&d, &dx);
		EXPECT_HAS(text_of(&dx, SLW_CLASS_DMA), "IPv4 packet, length 0x3c");
		if (at[i] == -40)
			EXPECT_EQ(find_class(&dx, SLW_CLASS_DMA)->certainty,
				  SLW_POSSIBLE);
		*bytes_at(&s, s.slot + (unsigned long)at[i] + 19) ^= 1;
		d = overwrite(&s, 0, bytes_at(&s, s.slot), 8);
		slw_classify(&d, &dx);
		EXPECT(!says(&dx, SLW_CLASS_DMA));
		scene_drop(&s);
	}
}

/* Where the caller looked decides between a link astray and a changed one. */
static void pointee(const void *arg)
{
	static struct scene s;
	struct slw_damage d;
	struct slw_diagnosis dx;

	scene_make(&s, &shapes[1], KERNEL_BASE);
	aim_fixed(&s);
	d = damage_link(&s, s.good ^ 0x10000);
	d.pointee = (struct slw_pointed) {
		.what = SLW_POINTEE_OBJECT, .index = 3, .name = "dentry",
	};
	slw_classify(&d, &dx);
	EXPECT_EQ(dx.seen[0].class, SLW_CLASS_KERNEL_POINTER);
	EXPECT_EQ(dx.seen[0].certainty, SLW_CERTAIN);
	EXPECT_HAS(dx.seen[0].text, "object 3 of a slab of dentry");
	EXPECT_EQ(find_class(&dx, SLW_CLASS_SINGLE_BIT)->certainty, SLW_POSSIBLE);
	EXPECT_EQ(dx.candidates, 0);
	d.pointee.what = SLW_POINTEE_NOTHING;
	slw_classify(&d, &dx);
	EXPECT_EQ(dx.seen[0].class, SLW_CLASS_SINGLE_BIT);
	EXPECT_EQ(dx.seen[0].certainty, SLW_CONSISTENT);
	EXPECT_HAS(text_of(&dx, SLW_CLASS_KERNEL_POINTER), ": no object");
	scene_drop(&s);
}

/* A word that ought to be a certain one: any that is not a link of a slab. */
static void known_word(const void *arg)
{
	struct slw_damage d = {
		.what = SLW_DAMAGED_ENTRY,
		.known = true,
		.expected = 0xffff888100040f00ul,
		.raw = 0xffff888100040f00ul ^ 1ul << 33,
	};
	struct slw_diagnosis dx;

	d.decoded = d.raw;
	slw_classify(&d, &dx);
	EXPECT_EQ(dx.seen[0].class, SLW_CLASS_SINGLE_BIT);
	EXPECT(!strcmp(dx.seen[0].text, "bit 33 flipped, now 1"));
	EXPECT_EQ(dx.candidates, 1);
	EXPECT_EQ(dx.expected, d.expected);
	d.raw = 0x6b6b6b6b6b6b6b6bul;
	d.decoded = d.raw;
	slw_classify(&d, &dx);
	EXPECT_EQ(dx.seen[0].class, SLW_CLASS_SLAB_POISON);
	EXPECT_EQ(dx.candidates, 1);
	EXPECT_EQ(dx.xor, d.expected ^ d.raw);
	d.raw = d.expected + 3;
	d.decoded = d.raw;
	slw_classify(&d, &dx);
	EXPECT_HAS(text_of(&dx, SLW_CLASS_SMALL_CHANGE), "0x3 more than what ought to be there");
	d.raw = 0x9c3fd1e0a7735be4ul;
	d.decoded = d.raw;
	slw_classify(&d, &dx);
	EXPECT_HAS(text_of(&dx, SLW_CLASS_RANDOM), "nothing known fits; 31 bits differ");
}

/* A2 at +0x68: content of a free object, of which a look knows what it was. */
static void known_content(const void *arg)
{
	static struct scene s;
	struct slw_damage d;
	struct slw_diagnosis dx;

	scene_make(&s, &shapes[3], KERNEL_BASE);
	aim_fixed(&s);
	d = damage_plain(&s, SLW_DAMAGED_LINK, 0x7777777704090304ul);
	d.slot = s.object + 0x68;
	d.known = true;
	d.expected = 0x7777777777777777ul;
	slw_classify(&d, &dx);
	EXPECT_HAS(dx.seen[0].text, "USB string descriptor, length 0x04, LANGID 0x0409");
	EXPECT_HAS(text_of(&dx, SLW_CLASS_LOW_HALF),
		   "low half is 0x04090304, the other fits what ought to be there");
	EXPECT_EQ(dx.candidates, 1);
	EXPECT_EQ(dx.xor, 0x737e7473ul);
	/* "wwww", which stood there before. */
	EXPECT(!says(&dx, SLW_CLASS_ASCII));
	/* Wiped of its poison, and a pointer to an object of the slab. */
	d.raw = 0;
	d.decoded = 0;
	slw_classify(&d, &dx);
	EXPECT(!strcmp(text_of(&dx, SLW_CLASS_ZERO), "all bytes are zero"));
	d.raw = s.target;
	d.decoded = s.target;
	slw_classify(&d, &dx);
	EXPECT_HAS(text_of(&dx, SLW_CLASS_KERNEL_POINTER), "0x0 bytes into object 2 of this slab");
	EXPECT(!says(&dx, SLW_CLASS_VALID_TARGET));
	scene_drop(&s);
}

static enum slw_certainty certainty_of(const struct slw_diagnosis *dx,
				       enum slw_class class)
{
	const struct slw_observation *o = find_class(dx, class);

	return o ? o->certainty : SLW_NOT;
}

/* A hardened link of a slab, damaged, and what a look found where it leads now. */
static void diagnose_led(unsigned long (*damage)(const struct scene *s,
						 unsigned long good,
						 unsigned long arg),
			 unsigned long arg, enum slw_pointee what,
			 struct slw_diagnosis *dx)
{
	static struct scene s;
	struct slw_damage d;

	scene_make(&s, &shapes[3], KERNEL_BASE);
	aim_fixed(&s);
	d = damage_link(&s, encode(&s, damage(&s, s.target, arg)));
	d.pointee.what = what;
	slw_classify(&d, dx);
	scene_drop(&s);
}

/* Said only as strongly as it is certain: what chance or others may have done. */
static void not_too_strong(const void *arg)
{
	struct slw_diagnosis dx;

	/* A pointer to any memory of the machine has the high half of a link. */
	diagnose_led(overlay_low, 0x5a5a5a58, SLW_POINTEE_NOTHING, &dx);
	EXPECT_EQ(certainty_of(&dx, SLW_CLASS_LOW_HALF), SLW_CONSISTENT);
	diagnose_led(overlay_low, 0x5a5a5a58, SLW_POINTEE_MEMORY, &dx);
	EXPECT_EQ(certainty_of(&dx, SLW_CLASS_LOW_HALF), SLW_POSSIBLE);
	EXPECT_EQ(certainty_of(&dx, SLW_CLASS_KERNEL_POINTER), SLW_CONSISTENT);
	EXPECT_EQ(dx.candidates, 0);
	diagnose_led(overlay_low, 0x5a5a5a58, SLW_POINTEE_FREE_PAGE, &dx);
	EXPECT_EQ(certainty_of(&dx, SLW_CLASS_LOW_HALF), SLW_POSSIBLE);
	/* Which differs in one byte, if it is near. */
	diagnose_led(add, 0x50000, SLW_POINTEE_MEMORY, &dx);
	EXPECT_EQ(certainty_of(&dx, SLW_CLASS_BYTE_CHANGED), SLW_POSSIBLE);
	EXPECT_EQ(dx.candidates, 0);
	/* Few count up by hundreds. */
	diagnose_led(to_next_slab, 0, SLW_POINTEE_OBJECT, &dx);
	EXPECT(certainty_of(&dx, SLW_CLASS_SMALL_CHANGE) <= SLW_POSSIBLE);
	EXPECT_EQ(dx.seen[0].class, SLW_CLASS_KERNEL_POINTER);
}

/* Of two addresses the one where something is; as stored if that is both. */
static void one_leads(const void *arg)
{
	const unsigned long raw = 0xff55000012345678ul, to = 0xff11000016789000ul;
	static struct scene s;
	struct slw_damage d;
	struct slw_diagnosis dx;

	scene_make(&s, &shapes[1], 0xff11000012340000ul);
	aim(&s, 4, 2);
	s.m.g.random ^= encode(&s, to) ^ raw;
	d = damage_link(&s, raw);
	EXPECT_EQ(d.decoded, to);
	d.pointee.what = SLW_POINTEE_FREE_PAGE;
	d.raw_pointee.what = SLW_POINTEE_NOTHING;
	slw_classify(&d, &dx);
	EXPECT_HAS(text_of(&dx, SLW_CLASS_KERNEL_POINTER), "decoded: in a free page");
	d.raw_pointee.what = SLW_POINTEE_FREE_PAGE;
	slw_classify(&d, &dx);
	EXPECT_HAS(text_of(&dx, SLW_CLASS_KERNEL_POINTER), "as stored: in a free page");
	d.pointee.what = SLW_POINTEE_NOTHING;
	d.raw_pointee.what = SLW_POINTEE_NOTHING;
	slw_classify(&d, &dx);
	EXPECT_HAS(text_of(&dx, SLW_CLASS_KERNEL_POINTER), "as stored: an address of the kernel's");
	scene_drop(&s);
}

static void steps(const void *arg)
{
	static const struct { long by; enum slw_certainty certainty; } cases[] = {
		{ 1, SLW_CONSISTENT }, { -16, SLW_CONSISTENT },
		{ 17, SLW_POSSIBLE }, { -0x31, SLW_POSSIBLE },
	};
	static struct scene s;
	struct slw_damage d;
	struct slw_diagnosis dx;
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(cases); i++) {
		scene_make(&s, &shapes[3], KERNEL_BASE);
		aim_fixed(&s);
		d = damage_link(&s, s.good + (unsigned long)cases[i].by);
		slw_classify(&d, &dx);
		EXPECT_EQ(certainty_of(&dx, SLW_CLASS_SMALL_CHANGE),
			  cases[i].certainty);
		scene_drop(&s);
	}
}

/* Tables of five levels have more, but nobody is given it who did not ask. */
static void high_user_address(const void *arg)
{
	struct slw_damage d = {
		.first = 0xff11000100040000ul,
		.raw = 0x0072006900560338ul,
		.decoded = 0x0072006900560338ul,
	};
	struct slw_diagnosis dx;

	slw_classify(&d, &dx);
	EXPECT_EQ(certainty_of(&dx, SLW_CLASS_USER_ADDRESS), SLW_POSSIBLE);
	d.raw = 0x00007f5a12345678ul;
	d.decoded = d.raw;
	slw_classify(&d, &dx);
	EXPECT_EQ(certainty_of(&dx, SLW_CLASS_USER_ADDRESS), SLW_CONSISTENT);
}

static void nothing_known(const void *arg)
{
	struct slw_damage d = { .raw = 0x9c3fd1e0a7735be4ul };
	struct slw_diagnosis dx;

	d.decoded = d.raw;
	slw_classify(&d, &dx);
	EXPECT_EQ(dx.nr, 1);
	EXPECT_EQ(dx.seen[0].class, SLW_CLASS_RANDOM);
	EXPECT(!strcmp(dx.seen[0].text, "nothing known fits"));
	EXPECT_EQ(dx.candidates, 0);
	EXPECT_EQ(dx.xor, 0);
}

/* How many it may have been is told: all others of the slab have that high half. */
static void ambiguity(const void *arg)
{
	static struct scene s;
	struct slw_damage d;
	struct slw_diagnosis dx;

	scene_make(&s, &shapes[3], KERNEL_BASE);
	aim_fixed(&s);
	d = damage_link(&s, (s.good & ~0xfffffffful) | 0x13572469);
	slw_classify(&d, &dx);
	EXPECT_EQ(dx.seen[0].class, SLW_CLASS_LOW_HALF);
	EXPECT_EQ(dx.candidates, s.m.s.objects - 1);
	EXPECT_HAS(dx.seen[0].text, " or 19 others");
	scene_drop(&s);
}

static void names(const void *arg)
{
	unsigned int i, j;

	for (i = 0; i < SLW_NR_CLASSES; i++) {
		EXPECT(strlen(slw_class_name(i)) > 2);
		EXPECT(strlen(slw_class_sentence(i)) > 10);
		for (j = 0; j < i; j++)
			EXPECT(strcmp(slw_class_name(i), slw_class_name(j)));
	}
	EXPECT_HAS(slw_class_name(SLW_NR_CLASSES), "?");
	EXPECT_HAS(slw_class_sentence(SLW_NR_CLASSES), "?");
	EXPECT_HAS(slw_certainty_name(SLW_CONSISTENT), "consistent with");
	EXPECT_HAS(slw_certainty_name(SLW_CERTAIN + 1), "not");
}

/*
 * The second reading: each class's claim, by bytes and digits and one pointer
 * after the other.
 */

/**
 * struct claim - an observation to be tested
 * @d:		the word
 * @text:	what was said of it, without the words before
 * @word:	the word it was said of
 * @key:	what a pointer is combined with to compare it with @word
 */
struct claim {
	const struct slw_damage *d;
	const char *text;
	unsigned long word;
	unsigned long key;
	bool stored;
};

static u8 nth(unsigned long word, unsigned int i)
{
	u8 bytes[8];

	memcpy(bytes, &word, 8);
	return bytes[i];
}

static u32 nr_pointers(const struct slw_damage *d)
{
	return d->objects + (d->what != SLW_DAMAGED_ENTRY);
}

/* The pointers that may stand there, as @word would show them. */
static unsigned long pointer(const struct claim *c, u32 i)
{
	unsigned long to = i < c->d->objects ? c->d->first + i * c->d->size : 0;

	return to ^ c->key;
}

static bool in_list(const struct slw_damage *d, unsigned long addr)
{
	u32 i;

	for (i = 0; i < d->objects; i++)
		if (d->first + i * d->size == addr)
			return true;
	return false;
}

/* Differing bytes as a mask, one bit each. */
static u32 byte_mask(unsigned long a, unsigned long b)
{
	u32 i, mask = 0;

	for (i = 0; i < 8; i++)
		if (nth(a, i) != nth(b, i))
			mask |= 1u << i;
	return mask;
}

static u32 differing_bits(unsigned long a, unsigned long b)
{
	u32 i, n = 0;

	for (i = 0; i < 64; i++)
		n += (a >> i & 1) != (b >> i & 1);
	return n;
}

/* No free object leads to itself. */
static bool is_own_object(const struct slw_damage *d, u32 i)
{
	return d->what == SLW_DAMAGED_LINK && i < d->objects &&
	       d->slot - d->first - i * d->size < d->size;
}

/* "... object 3 or 2 others": the pointer named, and how many are spoken of. */
static bool read_pointer(const struct claim *c, const char *before,
			 unsigned long *to, u32 *n)
{
	const char *at = strstr(c->text, before);
	u32 index;
	int used = 0;

	if (!at)
		return false;
	at += strlen(before);
	*n = 1;
	if (sscanf(at, "object %u%n", &index, &used) == 1 &&
	    !is_own_object(c->d, index)) {
		*to = pointer(c, index);
	} else if (!strncmp(at, "NULL", 4)) {
		*to = c->key;
		used = 4;
	} else {
		return false;
	}
	if (sscanf(at + used, " or %u other", n) == 1)
		++*n;
	return true;
}

static u32 count_pointers(const struct claim *c,
			  bool (*fits)(unsigned long word, unsigned long to))
{
	u32 i, n = 0;

	for (i = 0; i < nr_pointers(c->d); i++)
		n += !is_own_object(c->d, i) && c->word != pointer(c, i) &&
		     fits(c->word, pointer(c, i));
	return n;
}

static bool one_bit(unsigned long word, unsigned long to)
{
	return differing_bits(word, to) == 1;
}

static bool one_byte(unsigned long word, unsigned long to)
{
	return __builtin_popcount(byte_mask(word, to)) == 1;
}

static bool one_zeroed(unsigned long word, unsigned long to)
{
	u32 mask = byte_mask(word, to);
	u32 i;

	for (i = 0; i < 8; i++)
		if (mask == 1u << i)
			return !nth(word, i);
	return false;
}

static bool low_differs(unsigned long word, unsigned long to)
{
	return !(byte_mask(word, to) & 0xf0);
}

static bool high_differs(unsigned long word, unsigned long to)
{
	return !(byte_mask(word, to) & 0x0f);
}

static bool row_differs(unsigned long word, unsigned long to)
{
	u32 i;

	for (i = 0; i < 5; i++)
		if (!(byte_mask(word, to) & ~(0xfu << i)))
			return true;
	return false;
}

static bool true_single_bit(const struct claim *c)
{
	unsigned long to;
	u32 bit, now, n;

	return sscanf(c->text, "bit %u flipped, now %u", &bit, &now) == 2 &&
	       read_pointer(c, "led to ", &to, &n) &&
	       differing_bits(c->word, to) == 1 &&
	       (c->word ^ 1ul << bit) == to && (c->word >> bit & 1) == now &&
	       n == count_pointers(c, one_bit);
}

static bool true_byte_zeroed(const struct claim *c)
{
	unsigned long to;
	u32 i, was, n;

	return sscanf(c->text, "byte %u zeroed, was 0x%x", &i, &was) == 2 &&
	       read_pointer(c, "led to ", &to, &n) &&
	       byte_mask(c->word, to) == 1u << i && !nth(c->word, i) &&
	       nth(to, i) == was && n == count_pointers(c, one_zeroed);
}

static bool true_byte_changed(const struct claim *c)
{
	unsigned long to;
	u32 i, was, now, n;

	return sscanf(c->text, "byte %u changed, was 0x%x, now 0x%x", &i, &was,
		      &now) == 3 &&
	       read_pointer(c, "led to ", &to, &n) &&
	       byte_mask(c->word, to) == 1u << i && nth(c->word, i) == now &&
	       nth(to, i) == was && n == count_pointers(c, one_byte) &&
	       !count_pointers(c, one_bit) && !count_pointers(c, one_zeroed);
}

/* The bytes at the word, as far as the claim can be about them. */
static u32 around(const struct claim *c, u8 *buf, u32 *at)
{
	const struct slw_damage *d = c->d;

	*at = 0;
	memcpy(buf, &c->word, 8);
	if (!c->stored || !d->window_len || d->slot < d->window_start ||
	    d->slot + 8 > d->window_start + d->window_len)
		return 8;
	*at = (u32)(d->slot - d->window_start);
	memcpy(buf, d->window, d->window_len);
	return memcmp(buf + *at, &c->word, 8) ? 0 : d->window_len;
}

static bool true_usb(const struct claim *c)
{
	static const char *const names[] = {
		[1] = "device", [2] = "configuration", [3] = "string",
		[4] = "interface", [5] = "endpoint",
	};
	u8 buf[SLUBWATCH_DUMP];
	char name[16], *comma;
	u32 at, len, type, said, back = 0, i;

	len = around(c, buf, &at);
	if (sscanf(c->text, "USB %15s descriptor, length 0x%x", name, &said) != 2)
		return false;
	comma = strrchr(c->text, ',');
	if (sscanf(comma, ", %u bytes before", &back) != 1)
		back = 0;
	for (i = at - back; i + 2 <= len && i < at + 8; i += 2) {
		type = buf[i + 1];
		if (buf[i] == said && type && type < 6 &&
		    !strcmp(names[type], name) && i + said > at)
			return true;
		if (back)
			break;
	}
	return false;
}

/* Nothing of the kind is made by chance below: so only in what was made. */
static bool true_dma(const struct claim *c)
{
	return !strncmp(c->text, "ARP", 3) ? nth(c->word, 1) == 1 :
	       !strncmp(c->text, "SCSI", 4) ? (nth(c->word, 0) & 0x7f) == 0x70 :
					      false;
}

static bool true_list_poison(const struct claim *c)
{
	static const struct { const char *name; u64 value; } poisons[] = {
		{ "LIST_POISON1", 0xdead000000000100 },
		{ "LIST_POISON2", 0xdead000000000122 },
		{ "PP_SIGNATURE", 0xdead000000000040 },
		{ "the older LIST_POISON2", 0xdead000000000200 },
		{ "TIMER_ENTRY_STATIC", 0xdead000000000300 },
		{ "TAIL_MAPPING", 0xdead000000000400 },
	};
	const char *end;
	unsigned long off;
	unsigned int i;
	char sign;

	for (i = 0; i < ARRAY_SIZE(poisons); i++) {
		if (strncmp(c->text, poisons[i].name, strlen(poisons[i].name)))
			continue;
		end = c->text + strlen(poisons[i].name);
		if (sscanf(end, " %c 0x%lx", &sign, &off) != 2)
			return c->word == poisons[i].value;
		return c->word == (sign == '-' ? poisons[i].value - off :
						 poisons[i].value + off);
	}
	return false;
}

static bool true_fill(const struct claim *c)
{
	u32 byte, i;

	if (!strcmp(c->text, "POISON_FREE up to POISON_END"))
		return c->word == 0xa56b6b6b6b6b6b6bul;
	if (sscanf(c->text, "every byte is 0x%x", &byte) != 1)
		return false;
	for (i = 0; i < 8; i++)
		if (nth(c->word, i) != byte)
			return false;
	return true;
}

static bool true_deadbeef(const struct claim *c)
{
	char hex[17];

	snprintf(hex, sizeof(hex), "%016lx", c->word);
	return (!strncmp(hex, "deadbeef", 8) || !!strstr(c->text, "low half") ||
		!!strstr(c->text, "both")) &&
	       (!strcmp(hex + 8, "deadbeef") || !!strstr(c->text, "high half"));
}

/* Do these characters stand somewhere around the word, and partly in it? */
static bool stands(const struct claim *c, u32 unit, const char *text, u32 n)
{
	u8 buf[SLUBWATCH_DUMP], b;
	u32 at, len, start, i;

	len = around(c, buf, &at);
	for (start = at % unit; start + n * unit <= len; start += unit) {
		for (i = 0; i < n; i++) {
			b = buf[start + i * unit];
			if (b != (u8)text[i] && !(text[i] == '.' && b < ' '))
				break;
			if (unit == 2 && buf[start + i * unit + 1])
				break;
		}
		if (i == n && start < at + 8 && start + n * unit > at)
			return n * unit >= 4;
	}
	return false;
}

/* What is between the quotes; dots at its ends may be of the text or not. */
static bool true_text(const struct claim *c, u32 unit)
{
	const char *start = strchr(c->text, '"') + 1;
	const char *end = strrchr(c->text, '"');
	u32 n = (u32)(end - start);
	u32 cut;

	for (cut = 0; cut < 4; cut++) {
		u32 front = cut & 1 ? 3 : 0, back = cut & 2 ? 3 : 0;

		if (n > front + back && stands(c, unit, start + front,
					       n - front - back) &&
		    (!front || !strncmp(start, "...", 3)) &&
		    (!back || !strncmp(end - 3, "...", 3)))
			return true;
	}
	return false;
}

static bool true_utf16(const struct claim *c)
{
	return !strncmp(c->text, "UTF-16LE ", 9) && true_text(c, 2);
}

static bool true_ascii(const struct claim *c)
{
	return true_text(c, 1);
}

static bool true_valid_target(const struct claim *c)
{
	u32 index, near, n = count_pointers(c, one_bit);
	const char *bits = strstr(c->text, "1 bit from ");

	if (!bits || sscanf(bits, "1 bit from %u", &near) != 1)
		near = 0;
	if (!strstr(c->text, "not encoded") && near != n)
		return false;
	if (!strncmp(c->text, "its own object", 14))
		return c->d->what == SLW_DAMAGED_LINK && c->word <= c->d->slot &&
		       c->d->slot < c->word + c->d->size;
	return sscanf(c->text, "object %u of this slab", &index) == 1 &&
	       c->d->first + index * c->d->size == c->word;
}

static bool true_zero(const struct claim *c)
{
	return !c->word;
}

static bool true_small_change(const struct claim *c)
{
	unsigned long to;
	u32 by, n;
	char how[8];

	return sscanf(c->text, "0x%x %7s", &by, how) == 2 && by <= 4096 &&
	       read_pointer(c, "a pointer to ", &to, &n) &&
	       c->word == (strcmp(how, "less") ? to + by : to - by);
}

static bool true_high_half(const struct claim *c)
{
	unsigned long to;
	u32 n, half;

	if (sscanf(c->text, "high half is 0x%x", &half) != 1)
		half = 0;
	return read_pointer(c, "the other fits ", &to, &n) &&
	       (u32)c->word == (u32)to && (!half || half == c->word >> 32) &&
	       n == count_pointers(c, high_differs);
}

static bool true_low_half(const struct claim *c)
{
	unsigned long to;
	u32 n, half;

	if (sscanf(c->text, "low half is 0x%x", &half) != 1)
		half = 0;
	return read_pointer(c, "the other fits ", &to, &n) &&
	       c->word >> 32 == to >> 32 && (!half || half == (u32)c->word) &&
	       n == count_pointers(c, low_differs);
}

static bool true_bytes(const struct claim *c)
{
	unsigned long to;
	u32 from, end, n;

	return sscanf(c->text, "bytes %u-%u differ", &from, &end) == 2 &&
	       read_pointer(c, "the others fit ", &to, &n) && end - from < 4 &&
	       !(byte_mask(c->word, to) & ~(((2u << (end - from)) - 1) << from)) &&
	       n == count_pointers(c, row_differs);
}

static bool true_small_number(const struct claim *c)
{
	unsigned long n;

	return sscanf(c->text, "the number %lu", &n) == 1 && n == c->word &&
	       n && n < 65536;
}

static bool true_error_pointer(const struct claim *c)
{
	long n;

	return sscanf(c->text, "ERR_PTR(%ld)", &n) == 1 &&
	       n == (long)c->word && n >= -4095 && n < 0;
}

/* What a look has found there, and nothing else, is what is said of it. */
static bool true_pointee(const struct claim *c, const struct slw_pointed *p)
{
	char words[128] = "";

	if (p->what == SLW_POINTEE_SYMBOL)
		snprintf(words, sizeof(words), "%s", p->name);
	else if (p->what == SLW_POINTEE_FREE_PAGE)
		strcpy(words, "in a free page");
	else if (p->what == SLW_POINTEE_INSIDE)
		snprintf(words, sizeof(words), "0x%x into object %u of a slab of %s",
			 p->offset, p->index, p->name);
	else
		snprintf(words, sizeof(words), "object %u of a slab of %s",
			 p->index, p->name);
	return !strcmp(c->text, words);
}

/* All slabs below are where x86-64 with four levels has them. */
static bool true_kernel_pointer(const struct claim *c)
{
	unsigned long n, end = c->d->first + c->d->objects * c->d->size;
	const struct slw_pointed *p = c->word == c->d->decoded ?
				      &c->d->pointee : &c->d->raw_pointee;
	u32 index;

	if (c->word < 0xffff800000000000ul || in_list(c->d, c->word))
		return false;
	if (p->what > SLW_POINTEE_MEMORY &&
	    (c->word < c->d->first || c->word >= end))
		return true_pointee(c, p);
	if (sscanf(c->text, "0x%lx bytes into object %u", &n, &index) == 2)
		return c->d->first + index * c->d->size + n == c->word &&
		       n < c->d->size && index < c->d->objects;
	if (strstr(c->text, "bytes behind"))
		return sscanf(c->text, "0x%lx", &n) == 1 && end + n == c->word;
	if (strstr(c->text, "bytes before"))
		return sscanf(c->text, "0x%lx", &n) == 1 &&
		       c->word + n == c->d->first;
	return c->word < c->d->first || c->word > end;
}

static bool true_user_address(const struct claim *c)
{
	return c->word > 0xffff && c->word < 0x0000800000000000ul &&
	       (c->word >> 32 || strstr(c->text, "32-bit"));
}

static bool true_noise(const struct claim *c)
{
	unsigned long top = c->d->decoded >> 47;

	return c->d->what == SLW_DAMAGED_LINK && c->d->raw != c->d->decoded &&
	       top && top != 0x1ffff && !count_pointers(c, row_differs);
}

static bool true_random(const struct claim *c)
{
	return !count_pointers(c, row_differs) && !in_list(c->d, c->word) &&
	       c->word && (c->d->raw == c->d->decoded || c->stored);
}

static bool (*const truths[SLW_NR_CLASSES])(const struct claim *c) = {
	[SLW_CLASS_SINGLE_BIT] = true_single_bit,
	[SLW_CLASS_BYTE_ZEROED] = true_byte_zeroed,
	[SLW_CLASS_BYTE_CHANGED] = true_byte_changed,
	[SLW_CLASS_USB] = true_usb,
	[SLW_CLASS_DMA] = true_dma,
	[SLW_CLASS_LIST_POISON] = true_list_poison,
	[SLW_CLASS_SLAB_POISON] = true_fill,
	[SLW_CLASS_PAGE_POISON] = true_fill,
	[SLW_CLASS_DEADBEEF] = true_deadbeef,
	[SLW_CLASS_UTF16] = true_utf16,
	[SLW_CLASS_ASCII] = true_ascii,
	[SLW_CLASS_FILL] = true_fill,
	[SLW_CLASS_VALID_TARGET] = true_valid_target,
	[SLW_CLASS_ZERO] = true_zero,
	[SLW_CLASS_SMALL_CHANGE] = true_small_change,
	[SLW_CLASS_HIGH_HALF] = true_high_half,
	[SLW_CLASS_LOW_HALF] = true_low_half,
	[SLW_CLASS_BYTES] = true_bytes,
	[SLW_CLASS_SMALL_NUMBER] = true_small_number,
	[SLW_CLASS_ERROR_POINTER] = true_error_pointer,
	[SLW_CLASS_KERNEL_POINTER] = true_kernel_pointer,
	[SLW_CLASS_USER_ADDRESS] = true_user_address,
	[SLW_CLASS_NOISE] = true_noise,
	[SLW_CLASS_RANDOM] = true_random,
};

static bool claim_holds(const struct slw_damage *d,
			const struct slw_observation *o)
{
	bool decoded = !strncmp(o->text, "decoded: ", 9);
	bool stored = !strncmp(o->text, "as stored: ", 11);
	struct claim c = {
		.d = d,
		.text = o->text + (decoded ? 9 : stored ? 11 : 0),
		.word = decoded ? d->decoded : d->raw,
		.key = decoded ? 0 : d->raw ^ d->decoded,
		.stored = !decoded,
	};
	bool encoded = d->raw != d->decoded;

	if ((decoded || stored) != encoded)
		return false;
	return truths[o->class](&c);
}

/* Of any diagnosis. */
static void expect_sound(const struct slw_damage *d,
			 const struct slw_diagnosis *dx)
{
	u32 i;

	if (!EXPECT(dx->nr >= 1 && dx->nr <= SLW_OBSERVATIONS))
		return;
	for (i = 0; i < dx->nr; i++) {
		const struct slw_observation *o = &dx->seen[i];

		EXPECT(strlen(o->text) && strlen(o->text) < SLW_OBSERVATION_TEXT - 1);
		EXPECT(o->certainty > SLW_NOT && o->certainty <= SLW_CERTAIN);
		EXPECT(!i || o->certainty <= o[-1].certainty);
		EXPECT(!i || o->certainty < o[-1].certainty ||
		       o->class > o[-1].class);
		if (!EXPECT(claim_holds(d, o)))
			printf("#   of: %s: %s\n", slw_class_name(o->class),
			       o->text);
	}
	EXPECT_EQ(dx->bits, differing_bits(dx->xor, 0));
	if (dx->candidates)
		EXPECT_EQ(dx->expected_raw ^ dx->xor, d->raw);
}

/*
 * Random damage: made by one of these, so that it is known what it is.
 */

static unsigned long any(void)
{
	return (unsigned long)slab_random();
}

static u32 below(u32 n)
{
	return (u32)(slab_random() % n);
}

static unsigned long by_bit(const struct scene *s, unsigned long good)
{
	return good ^ 1ul << below(64);
}

static unsigned long by_zeroed(const struct scene *s, unsigned long good)
{
	return good & ~(0xfful << 8 * below(8));
}

static unsigned long by_byte(const struct scene *s, unsigned long good)
{
	return good ^ (1 + any() % 255) << 8 * below(8);
}

static unsigned long by_low(const struct scene *s, unsigned long good)
{
	return (good & ~0xfffffffful) | (any() >> 32);
}

static unsigned long by_high(const struct scene *s, unsigned long good)
{
	return (good & 0xfffffffful) | (any() << 32);
}

static unsigned long by_bytes(const struct scene *s, unsigned long good)
{
	return good ^ (any() >> 32) << 8 * below(5);
}

static unsigned long by_step(const struct scene *s, unsigned long good)
{
	return good + any() % 8193 - 4096;
}

static unsigned long by_zero(const struct scene *s, unsigned long good)
{
	return 0;
}

static unsigned long by_fill(const struct scene *s, unsigned long good)
{
	static const u8 poison[] = { 0x6b, 0x5a, 0xa5, 0xbb, 0xcc, 0xaa };
	u8 byte = below(2) ? poison[below(6)] : (u8)(1 + below(255));

	return 0x0101010101010101ul * byte;
}

static unsigned long by_ascii(const struct scene *s, unsigned long good)
{
	unsigned long word = 0;
	int i;

	for (i = 0; i < 8; i++)
		word = word << 8 | (' ' + below(95));
	return word;
}

static unsigned long by_utf16(const struct scene *s, unsigned long good)
{
	return (by_ascii(s, good) & 0x00ff00ff00ff00fful);
}

static unsigned long by_usb(const struct scene *s, unsigned long good)
{
	return (by_utf16(s, good) & ~0xfffful) | 0x0300 | (8 + 2 * below(20));
}

static unsigned long by_poison(const struct scene *s, unsigned long good)
{
	return 0xdead000000000100ul + below(1024) - 512;
}

static unsigned long by_number(const struct scene *s, unsigned long good)
{
	return 1 + below(65535);
}

static unsigned long by_error(const struct scene *s, unsigned long good)
{
	return -(1ul + below(4095));
}

static unsigned long by_user(const struct scene *s, unsigned long good)
{
	return 0x0000550000000000ul + any() % 0x10000000000ul;
}

static unsigned long by_kernel(const struct scene *s, unsigned long good)
{
	return 0xffff880000000000ul + any() % 0x400000000000ul;
}

static unsigned long by_object(const struct scene *s, unsigned long good)
{
	return slab_object(&s->m, below(s->m.s.objects));
}

static unsigned long by_chance(const struct scene *s, unsigned long good)
{
	return any();
}

/**
 * struct maker - one way to damage a word
 * @classes:	one of these must be named
 */
struct maker {
	unsigned long (*make)(const struct scene *s, unsigned long good);
	u32 classes;
};

#define NAMED(class)	(1u << SLW_CLASS_##class)
#define ONE_BYTE	(NAMED(SINGLE_BIT) | NAMED(BYTE_ZEROED) | NAMED(BYTE_CHANGED))
#define STEPS		(ONE_BYTE | NAMED(SMALL_CHANGE))
#define PARTS		(STEPS | NAMED(LOW_HALF) | NAMED(HIGH_HALF) | NAMED(BYTES))
#define FILLS		(NAMED(FILL) | NAMED(SLAB_POISON) | NAMED(PAGE_POISON))

static const struct maker makers[] = {
	{ by_bit,	NAMED(SINGLE_BIT) },
	{ by_zeroed,	NAMED(BYTE_ZEROED) },
	{ by_byte,	ONE_BYTE },
	{ by_low,	PARTS },
	{ by_high,	PARTS },
	{ by_bytes,	PARTS },
	{ by_step,	PARTS },
	{ by_zero,	NAMED(ZERO) },
	{ by_fill,	FILLS },
	{ by_ascii,	NAMED(ASCII) },
	{ by_utf16,	NAMED(UTF16) },
	{ by_usb,	NAMED(USB) },
	{ by_poison,	NAMED(LIST_POISON) },
	{ by_number,	NAMED(SMALL_NUMBER) },
	{ by_error,	NAMED(ERROR_POINTER) },
	{ by_user,	NAMED(USER_ADDRESS) },
	{ by_kernel,	NAMED(KERNEL_POINTER) },
	{ by_object,	NAMED(VALID_TARGET) },
	{ by_chance,	~0u },
};

#define ROUNDS		10000

static struct scene scenes[ARRAY_SIZE(shapes)];
static u32 named[SLW_NR_CLASSES];

/* Let a look find any of the things that it may. */
static void point(struct slw_damage *d)
{
	struct slw_pointed *p = d->raw == d->decoded ? &d->pointee :
						       &d->raw_pointee;

	p->what = (enum slw_pointee)below(SLW_POINTEE_SYMBOL + 1);
	p->index = below(32);
	p->offset = p->what == SLW_POINTEE_INSIDE ? 1 + below(191) : 0;
	strcpy(p->name, p->what == SLW_POINTEE_SYMBOL ? "panic+0x10/0x340" :
							"dentry");
}

/* Any word of any slab, in any of the places, by any of the ways. */
static bool draw(struct scene *s, const struct maker *m, struct slw_damage *d,
		 unsigned long *good)
{
	enum slw_damaged what = below(6);
	bool decoded = below(4) == 0;
	u32 from;

	from = below(s->m.s.objects);
	aim(s, from, (from + 1 + below(s->m.s.objects - 1)) % s->m.s.objects);
	if (what == SLW_DAMAGED_HEAD || what == SLW_DAMAGED_ENTRY) {
		*d = damage_plain(s, what, m->make(s, s->target));
		*good = s->target;
	} else if (decoded || m->make == by_object) {
		*d = damage_link(s, encode(s, m->make(s, s->target)));
		*good = s->good;
	} else {
		*d = damage_link(s, m->make(s, s->good));
		*good = s->good;
	}
	if (m->make == by_kernel)
		point(d);
	return d->raw != *good;
}

/* It decodes to a valid pointer: then nobody can know that it was another. */
static bool looks_well(const struct slw_damage *d)
{
	return d->decoded ? in_list(d, d->decoded) :
			    d->what != SLW_DAMAGED_ENTRY;
}

static void expect_named(const struct maker *m, const struct slw_damage *d,
			 const struct slw_diagnosis *dx, unsigned long good)
{
	u32 i, classes = 0;

	for (i = 0; i < dx->nr; i++) {
		classes |= 1u << dx->seen[i].class;
		named[dx->seen[i].class]++;
	}
	if (differing_bits(d->raw, good) == 1 && looks_well(d)) {
		EXPECT_HAS(text_of(dx, SLW_CLASS_VALID_TARGET), "or 1 bit from ");
	} else if (differing_bits(d->raw, good) == 1) {
		EXPECT(classes & NAMED(SINGLE_BIT));
		if (dx->candidates == 1)
			EXPECT_EQ(dx->expected_raw, good);
	} else if (looks_well(d)) {
		EXPECT(classes & (NAMED(VALID_TARGET) | NAMED(ZERO)));
	} else {
		EXPECT(classes & m->classes);
	}
}

static void random_damage(const void *arg)
{
	u32 i, done = 0, class;
	int before;

	for (i = 0; i < ARRAY_SIZE(shapes); i++)
		scene_make(&scenes[i], &shapes[i],
			   KERNEL_BASE + (any() & 0xfff) * 0x10000);
	for (i = 0; done < ROUNDS && unit_failures() < 10; i++) {
		struct scene *s = &scenes[i % ARRAY_SIZE(shapes)];
		const struct maker *m = &makers[below((u32)ARRAY_SIZE(makers))];
		struct slw_diagnosis dx;
		struct slw_damage d;
		unsigned long good;

		if (!draw(s, m, &d, &good))
			continue;
		before = unit_failures();
		slw_classify(&d, &dx);
		expect_sound(&d, &dx);
		expect_named(m, &d, &dx, good);
		if (unit_failures() != before) {
			printf("#   good %016lx, maker %td\n", good, m - makers);
			show(&d, &dx);
		}
		done++;
	}
	for (class = 0; class < SLW_NR_CLASSES; class++)
		if (class != SLW_CLASS_DEADBEEF && class != SLW_CLASS_DMA)
			EXPECT(named[class] >= 10);
	for (i = 0; i < ARRAY_SIZE(shapes); i++)
		scene_drop(&scenes[i]);
}

/*
 * What several findings have in common.
 */

/* One object's link in one of many slabs of a cache, one bit of it flipped. */
static void note(struct slw_pattern_memory *mem, unsigned long cache, u32 slab,
		 u32 offset, unsigned long xor, struct slw_pattern *p)
{
	struct slw_damage d = {
		.first = KERNEL_BASE + slab * 0x4000ul,
		.size = 256,
		.objects = 16,
		.raw = slab * 0x123457ul,
	};
	struct slw_diagnosis dx = { .candidates = 1, .xor = xor };

	d.slot = d.first + 3 * 256 + offset;
	slw_pattern_note(mem, cache, mem->nr + 1, &d, &dx, p);
}

static void first_finding(const void *arg)
{
	struct slw_pattern_memory mem = {};
	struct slw_pattern p;

	note(&mem, 1, 1, 128, 1ul << 13, &p);
	EXPECT_EQ(p.speaks, SLW_SPEAKS_NOT);
	EXPECT_EQ(p.bit, 13);
	EXPECT_EQ(p.nr_texts, 0);
	/* The very same word again is nothing new. */
	note(&mem, 1, 1, 128, 1ul << 13, &p);
	EXPECT_EQ(p.speaks, SLW_SPEAKS_NOT);
	EXPECT_EQ(mem.nr, 1);
}

static void stuck_bit(const void *arg)
{
	struct slw_pattern_memory mem = {};
	struct slw_pattern p;

	note(&mem, 1, 1, 128, 1ul << 13, &p);
	note(&mem, 2, 2, 32, 1ul << 13, &p);
	EXPECT_EQ(p.same_bit, 1);
	EXPECT_EQ(p.speaks, SLW_SPEAKS_HARDWARE);
	EXPECT_HAS(p.texts[0], "the same bit 13 in finding 1: if it goes on,");
	note(&mem, 3, 3, 64, 1ul << 13, &p);
	EXPECT_EQ(p.same_bit, 2);
	EXPECT_EQ(p.same_place, 0);
	EXPECT_EQ(p.speaks, SLW_SPEAKS_HARDWARE);
	EXPECT_EQ(p.nr_texts, 1);
	EXPECT_HAS(p.texts[0], "the same bit 13 in findings 1, 2: ");
	EXPECT_HAS(p.texts[0], ": a constant bit speaks for hardware");
	/* Another bit has nothing to do with it. */
	note(&mem, 4, 4, 96, 1ul << 14, &p);
	EXPECT_EQ(p.speaks, SLW_SPEAKS_NOT);
	/* Nor has one of the same slab. */
	note(&mem, 1, 1, 64, 1ul << 14, &p);
	EXPECT_EQ(p.same_bit, 1);
	note(&mem, 1, 1, 32, 1ul << 14, &p);
	EXPECT_EQ(p.same_bit, 1);
}

static void same_flag(const void *arg)
{
	struct slw_pattern_memory mem = {};
	struct slw_pattern p;

	/* The same bit at the same place of one kind of object: not decided. */
	note(&mem, 1, 1, 128, 1ul << 13, &p);
	note(&mem, 1, 2, 128, 1ul << 13, &p);
	EXPECT_EQ(p.same_bit, 1);
	EXPECT_EQ(p.same_place, 1);
	EXPECT_EQ(p.speaks, SLW_SPEAKS_EITHER);
	EXPECT_HAS(p.texts[0], "the same bit 13 in finding 1: hardware or");
	EXPECT_HAS(p.texts[1], "the same offset 129 in finding 1: hardware or");
	/* Another change at that place decides it. */
	note(&mem, 1, 3, 128, 0x0000000000005000ul, &p);
	EXPECT_EQ(p.bit, -1);
	EXPECT_EQ(p.same_place, 2);
	EXPECT_EQ(p.speaks, SLW_SPEAKS_SOFTWARE);
	EXPECT_EQ(p.nr_texts, 1);
	EXPECT_HAS(p.texts[0], "the same offset 129 in findings 1, 2: ");
	EXPECT_HAS(p.texts[0], ": a constant offset speaks for software");
	/* Two may be chance: there are eight bytes in a word. */
	mem = (struct slw_pattern_memory) {};
	note(&mem, 1, 1, 128, 0x0000000000003000ul, &p);
	note(&mem, 1, 2, 128, 0x0000000000005000ul, &p);
	EXPECT_EQ(p.speaks, SLW_SPEAKS_SOFTWARE);
	EXPECT_HAS(p.texts[0], "in finding 1: if it goes on, that speaks for software");
	/* The place is that of the cache's objects only. */
	note(&mem, 2, 4, 128, 0x0000000000005000ul, &p);
	EXPECT_EQ(p.speaks, SLW_SPEAKS_NOT);
}

/* Where the free pointer is in all of a cache's objects says nothing. */
static void whole_words(const void *arg)
{
	struct slw_pattern_memory mem = {};
	struct slw_pattern p;

	note(&mem, 1, 1, 128, 0, &p);
	note(&mem, 1, 2, 128, 0, &p);
	EXPECT_EQ(p.same_place, 0);
	EXPECT_EQ(p.speaks, SLW_SPEAKS_NOT);
	EXPECT_EQ(p.nr_texts, 0);
}

static void contradiction(const void *arg)
{
	struct slw_pattern_memory mem = {};
	struct slw_pattern p;

	note(&mem, 1, 1, 128, 0x600ul, &p);
	note(&mem, 2, 2, 64, 1ul << 9, &p);
	note(&mem, 1, 3, 128, 1ul << 9, &p);
	EXPECT_EQ(p.same_bit, 1);
	EXPECT_EQ(p.same_place, 1);
	EXPECT_EQ(p.speaks, SLW_SPEAKS_EITHER);
}

/* A1: no link to compare with, the same eight bytes each time. */
static void same_word(const void *arg)
{
	struct slw_pattern_memory mem = {};
	struct slw_diagnosis dx;
	struct slw_damage d = {
		.what = SLW_DAMAGED_HEAD,
		.raw = 0x0072006900560338ul,
		.decoded = 0x0072006900560338ul,
	};
	struct slw_pattern p;
	u32 cpu;

	slw_classify(&d, &dx);
	for (cpu = 0; cpu < 4; cpu++) {
		d.slot = 0xffffe8ffffc00030ul + cpu * 0x100000;
		slw_pattern_note(&mem, 1, cpu + 7, &d, &dx, &p);
		EXPECT_EQ(p.same_word, cpu);
		EXPECT_EQ(p.same_place, 0);
		EXPECT_EQ(p.bit, -1);
		EXPECT_EQ(p.speaks, cpu ? SLW_SPEAKS_SOFTWARE : SLW_SPEAKS_NOT);
	}
	EXPECT_EQ(p.nr_texts, 1);
	EXPECT_HAS(p.texts[0], "the same word in findings 7, 8, 9: ");
	EXPECT_HAS(p.texts[0], ": it was written: software, or a device");
	/* Wiped memory, or none that answers, says nothing of the kind. */
	d.raw = 0;
	for (cpu = 0; cpu < 2; cpu++) {
		d.slot += 0x100000;
		slw_pattern_note(&mem, 1, cpu + 20, &d, &dx, &p);
		EXPECT_EQ(p.speaks, SLW_SPEAKS_NOT);
	}
}

/* Whole, however large the numbers: the last words are there. */
static void expect_short(const struct slw_pattern *p)
{
	u32 i;

	for (i = 0; i < p->nr_texts; i++) {
		EXPECT(strlen(p->texts[i]) < SLW_PATTERN_TEXT - 1);
		EXPECT(strstr(p->texts[i], "ware") || strstr(p->texts[i], "free"));
	}
}

static void many_findings(const void *arg)
{
	struct slw_pattern_memory mem = {};
	struct slw_pattern p;
	u32 i;

	for (i = 0; i < 100; i++) {
		note(&mem, i, i, 8 * (i % 16), 1ul << 63, &p);
		EXPECT_EQ(p.same_bit, i < SLW_MARKS ? i : SLW_MARKS);
		expect_short(&p);
	}
	EXPECT_EQ(mem.nr, 100);
	for (i = 0; i < 100; i++)
		note(&mem, 7, 1000 + i, 4, 1ul << 60, &p);
	EXPECT_EQ(p.same_place, SLW_MARKS);
	EXPECT_EQ(p.speaks, SLW_SPEAKS_EITHER);
	expect_short(&p);
}

static const struct unit_test tests[] = {
	{ "A3 the pointers themselves", a3_pointers, NULL },
	{ "a USB string around the word", string_around, NULL },
	{ "a text around the word", text_around, NULL },
	{ "a text that ends in the word", text_ends, NULL },
	{ "an IPv4 packet around the word", packet_around, NULL },
	{ "what is at the address decides", pointee, NULL },
	{ "a word that is known", known_word, NULL },
	{ "A2 the content of a free object", known_content, NULL },
	{ "nothing is said too strongly of where it leads", not_too_strong, NULL },
	{ "of two addresses, the one where something is", one_leads, NULL },
	{ "a step is small", steps, NULL },
	{ "a user address that nobody is given", high_user_address, NULL },
	{ "nothing known at all", nothing_known, NULL },
	{ "ambiguity is told", ambiguity, NULL },
	{ "names and sentences", names, NULL },
	{ "10,000 random corruptions, all that is said is true", random_damage, NULL },
	{ "a first finding has no pattern", first_finding, NULL },
	{ "one bit everywhere speaks for hardware", stuck_bit, NULL },
	{ "one place in objects speaks for software", same_flag, NULL },
	{ "no place is told of words overwritten as a whole", whole_words, NULL },
	{ "both at once speak for neither", contradiction, NULL },
	{ "one word in many places speaks for software", same_word, NULL },
	{ "only the last findings are remembered", many_findings, NULL },
};

void suite_classify(void)
{
	struct unit_test t[ARRAY_SIZE(rows)];
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(rows); i++)
		t[i] = (struct unit_test) { rows[i].name, field_case, &rows[i] };
	unit_run("classify", t, ARRAY_SIZE(rows));
	unit_run("classify", tests, ARRAY_SIZE(tests));
}

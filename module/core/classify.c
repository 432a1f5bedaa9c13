// SPDX-License-Identifier: GPL-2.0
/*
 * A bad word -> what kind of damage it looks like: see classify.h.
 *
 * Two questions are put to the word.  What does it hold: text, a descriptor, a
 * poison?  And how far is it from a pointer that might have stood there: a bit,
 * a byte, a half?  The second is answered for all of those pointers at once, by
 * the table of fits; then each class has its detector.
 */
#include "classify.h"

/*
 * Ways in which a word may have come from a pointer, the less is assumed the
 * further up.  FIT_ANY is none: it keeps the nearest.
 */
enum fit_id {
	FIT_BIT,	/* one bit differs */
	FIT_ZEROED,	/* one byte differs and is zero now */
	FIT_BYTE,	/* one byte differs */
	FIT_STEP,	/* a little more or less, as a number */
	FIT_HIGH,	/* only bytes of the high half differ */
	FIT_LOW,	/* only bytes of the low half differ */
	FIT_BYTES,	/* up to four bytes in a row differ */
	FIT_ANY,
	NR_FITS
};

/**
 * struct fit - the pointers that fit in one way
 * @target:	the nearest of them, decoded
 * @distance:	how far it is, from 1; 0 if there is none
 * @n:		how many fit (FIT_STEP: are that near)
 */
struct fit {
	unsigned long target;
	u32 distance;
	u32 n;
};

/**
 * struct view - the bytes around the word
 * @bytes:	the copy
 * @len:	bytes in it
 * @at:		where the word begins
 */
struct view {
	const u8 *bytes;
	u32 len;
	u32 at;
};

/**
 * struct look - the word as it is stored, or decoded
 * @d:		what was handed in
 * @word:	the word
 * @key:	what a pointer is combined with to be written like @word
 * @stored:	this is the word as it is stored
 * @hardened:	the two differ
 * @leads:	the word decodes to a valid pointer
 * @lonely:	nothing was observed so far
 * @other:	the other look, if there is one
 * @view:	what to search for text
 * @own:	the word's bytes, for want of more
 * @fits:	pointers that @word may have been
 */
struct look {
	const struct slw_damage *d;
	unsigned long word;
	unsigned long key;
	bool stored;
	bool hardened;
	bool leads;
	bool lonely;
	const struct look *other;
	struct view view;
	u8 own[sizeof(long)];
	struct fit fits[NR_FITS];
};

#define WORD		((u32)sizeof(long))
#define HALF_BITS	(BITS_PER_LONG / 2)
#define STEP_MAX	4096u
#define SHOWN		40u	/* characters of a text */
#define SHOWN_BEFORE	12u	/* of them before the word */

/**
 * struct text - an observation being written
 * @buf:	%SLW_OBSERVATION_TEXT bytes
 * @len:	bytes written
 */
struct text {
	char *buf;
	u32 len;
};

static __printf(2, 3) void say(struct text *t, const char *fmt, ...)
{
	va_list args;

	va_start(args, fmt);
	t->len += (u32)vscnprintf(t->buf + t->len,
				  SLW_OBSERVATION_TEXT - t->len, fmt, args);
	va_end(args);
}

/*
 * Bits and bytes; byte 0 is the least significant one.
 */

static u32 count_bits(unsigned long x)
{
	return (u32)hweight_long(x);
}

static u32 lowest_bit(unsigned long x)
{
	return count_bits((x & -x) - 1);
}

static u8 byte_of(unsigned long x, u32 i)
{
	return (u8)(x >> (8 * i));
}

static u32 first_byte(unsigned long x)
{
	return lowest_bit(x) / 8;
}

static u32 last_byte(unsigned long x)
{
	u32 i = WORD - 1;

	while (i && !byte_of(x, i))
		i--;
	return i;
}

static unsigned long high_half(unsigned long x)
{
	return x >> HALF_BITS;
}

static unsigned long low_half(unsigned long x)
{
	return x & (~0ul >> HALF_BITS);
}

/*
 * Where addresses lie.  Which part of the address space is the kernel's goes by
 * where the slab is, so that no page table need be asked.
 */

static unsigned long kernel_floor(unsigned long slab)
{
	static const u64 floors[] = {
		0xffff800000000000ull,	/* x86-64 */
		0xffff000000000000ull,	/* arm64, 48 bits */
		0xfff0000000000000ull,	/* arm64, 52 bits */
		0xff00000000000000ull,	/* x86-64, five levels */
	};
	u32 i;

	for (i = 0; i < ARRAY_SIZE(floors); i++)
		if (slab >= floors[i])
			return (unsigned long)floors[i];
	return (unsigned long)floors[1];
}

static bool is_error(unsigned long word)
{
	return -word - 1 < 4095;
}

static bool is_kernel(const struct slw_damage *d, unsigned long addr)
{
	return addr >= kernel_floor(d->first) && !is_error(addr);
}

static bool is_user(const struct slw_damage *d, unsigned long addr)
{
	return addr <= ~kernel_floor(d->first);
}

static bool in_slab(const struct slw_damage *d, unsigned long addr)
{
	return addr - d->first < (unsigned long)d->objects * d->size;
}

static u32 object_of(const struct slw_damage *d, unsigned long addr)
{
	return (u32)((addr - d->first) / d->size);
}

static unsigned long object_at(const struct slw_damage *d, u32 index)
{
	return d->first + (unsigned long)index * d->size;
}

/* The start of an object of the slab. */
static bool on_grid(const struct slw_damage *d, unsigned long addr)
{
	return in_slab(d, addr) && object_at(d, object_of(d, addr)) == addr;
}

/* What it decodes to is what might stand there, however wrong it is. */
static bool leads_well(const struct slw_damage *d)
{
	if (d->known)
		return false;
	return d->decoded ? on_grid(d, d->decoded) :
			    d->what != SLW_DAMAGED_ENTRY;
}

/* May it be a link to an object elsewhere, rather than one that was changed? */
static bool leads_out(const struct slw_damage *d)
{
	return d->pointee != SLW_POINTEE_NOTHING && !(d->decoded % WORD) &&
	       is_kernel(d, d->decoded) && !in_slab(d, d->decoded);
}

/*
 * Fits: how far is the word from what @target would be written as?  0 if it
 * does not fit.  @xor is what differs, never 0.
 */

static u32 fit_bit(const struct look *l, unsigned long target,
		   unsigned long xor)
{
	return count_bits(xor) == 1;
}

static u32 fit_byte(const struct look *l, unsigned long target,
		    unsigned long xor)
{
	return first_byte(xor) == last_byte(xor) ? count_bits(xor) : 0;
}

static u32 fit_zeroed(const struct look *l, unsigned long target,
		      unsigned long xor)
{
	return byte_of(l->word, first_byte(xor)) ? 0 : fit_byte(l, target, xor);
}

/* Steps of whole objects are links astray, not numbers counted up. */
static u32 fit_step(const struct look *l, unsigned long target,
		    unsigned long xor)
{
	unsigned long up = l->word - (target ^ l->key);
	unsigned long step = up > ~up ? -up : up;

	if (step > STEP_MAX)
		return 0;
	return !l->key && !l->d->known && !(step % l->d->size) ? 0 : (u32)step;
}

static u32 fit_high(const struct look *l, unsigned long target,
		    unsigned long xor)
{
	return low_half(xor) ? 0 : count_bits(xor);
}

static u32 fit_low(const struct look *l, unsigned long target,
		   unsigned long xor)
{
	return high_half(xor) ? 0 : count_bits(xor);
}

static u32 fit_bytes(const struct look *l, unsigned long target,
		     unsigned long xor)
{
	return last_byte(xor) - first_byte(xor) < 4 ? count_bits(xor) : 0;
}

static u32 fit_any(const struct look *l, unsigned long target,
		   unsigned long xor)
{
	return count_bits(xor);
}

static u32 (*const fit_of[NR_FITS])(const struct look *l, unsigned long target,
				    unsigned long xor) = {
	[FIT_BIT]	= fit_bit,
	[FIT_ZEROED]	= fit_zeroed,
	[FIT_BYTE]	= fit_byte,
	[FIT_STEP]	= fit_step,
	[FIT_HIGH]	= fit_high,
	[FIT_LOW]	= fit_low,
	[FIT_BYTES]	= fit_bytes,
	[FIT_ANY]	= fit_any,
};

static void note_fit(struct look *l, enum fit_id id, unsigned long target,
		     u32 distance)
{
	struct fit *f = &l->fits[id];

	if (!f->distance || distance < f->distance) {
		f->target = target;
		f->distance = distance;
		f->n = id == FIT_STEP ? 0 : f->n;
	}
	if (id != FIT_STEP || distance == f->distance)
		f->n++;
}

static void try_target(struct look *l, unsigned long target)
{
	unsigned long xor = l->word ^ target ^ l->key;
	u32 id, distance;

	for (id = 0; xor && id < NR_FITS; id++) {
		distance = fit_of[id](l, target, xor);
		if (distance)
			note_fit(l, id, target, distance);
	}
}

static void try_targets(struct look *l)
{
	const struct slw_damage *d = l->d;
	u32 i;

	if (d->known) {
		try_target(l, d->expected);
		return;
	}
	for (i = 0; i < d->objects; i++)
		try_target(l, object_at(d, i));
	if (d->objects && d->what != SLW_DAMAGED_ENTRY)
		try_target(l, 0);
}

static bool fits(const struct look *l, enum fit_id id)
{
	return !l->leads && l->fits[id].n;
}

/* Does any of the fits above @below explain the word? */
static bool fits_above(const struct look *l, enum fit_id below)
{
	u32 id;

	for (id = 0; id < below; id++)
		if (fits(l, id))
			return true;
	return false;
}

static unsigned long fit_xor(const struct look *l, const struct fit *f)
{
	return l->word ^ f->target ^ l->key;
}

static u8 byte_before(const struct look *l, const struct fit *f, u32 i)
{
	return byte_of(f->target ^ l->key, i);
}

static void say_pointer(struct text *t, const struct look *l,
			unsigned long target)
{
	if (l->d->known)
		say(t, "what ought to be there");
	else if (!target)
		say(t, "NULL");
	else
		say(t, "object %u", object_of(l->d, target));
}

/* Where it led before: the nearest, and how many others it may have been. */
static void say_before(struct text *t, const struct look *l,
		       const struct fit *f)
{
	say_pointer(t, l, f->target);
	if (f->n > 1)
		say(t, " or %u other%s", f->n - 1, f->n > 2 ? "s" : "");
}

/*
 * A pointer into another slab differs from one into this by few bits too: if an
 * object is there, it is rather that; if nobody looked, it depends on how much
 * of the word is said to be damaged.
 */

static enum slw_certainty unless_object(const struct look *l)
{
	return l->d->pointee == SLW_POINTEE_OBJECT ? SLW_POSSIBLE :
						     SLW_CONSISTENT;
}

static enum slw_certainty unless_led_out(const struct look *l)
{
	return leads_out(l->d) ? SLW_POSSIBLE : SLW_CONSISTENT;
}

/*
 * Detectors, in the order of the table.  Each looks at the word of one look,
 * returns how strongly it may be said, and says it.
 */

static enum slw_certainty detect_single_bit(const struct look *l,
					    struct text *t)
{
	const struct fit *f = &l->fits[FIT_BIT];
	u32 bit;

	if (!fits(l, FIT_BIT))
		return SLW_NOT;
	bit = lowest_bit(fit_xor(l, f));
	say(t, "bit %u flipped, now %u; led to ", bit,
	    (u32)(l->word >> bit & 1));
	say_before(t, l, f);
	return unless_object(l);
}

static enum slw_certainty detect_byte_zeroed(const struct look *l,
					     struct text *t)
{
	const struct fit *f = &l->fits[FIT_ZEROED];
	u32 i;

	if (!fits(l, FIT_ZEROED))
		return SLW_NOT;
	i = first_byte(fit_xor(l, f));
	say(t, "byte %u zeroed, was 0x%02x; led to ", i, byte_before(l, f, i));
	say_before(t, l, f);
	return unless_object(l);
}

static enum slw_certainty detect_byte_changed(const struct look *l,
					      struct text *t)
{
	const struct fit *f = &l->fits[FIT_BYTE];
	u32 i;

	if (!fits(l, FIT_BYTE) || fits_above(l, FIT_BYTE))
		return SLW_NOT;
	i = first_byte(fit_xor(l, f));
	say(t, "byte %u changed, was 0x%02x, now 0x%02x; led to ", i,
	    byte_before(l, f, i), byte_of(l->word, i));
	say_before(t, l, f);
	return unless_led_out(l);
}

/*
 * Headers.  All numbers of USB are little-endian, all of IP big-endian.
 */

static u32 le16(const u8 *p)
{
	return p[0] | (u32)p[1] << 8;
}

static u32 be16(const u8 *p)
{
	return (u32)p[0] << 8 | p[1];
}

static bool is_text(u8 c)
{
	return (c >= ' ' && c <= '~') || c == '\t' || c == '\n' || c == '\r';
}

static bool is_text16(const u8 *p)
{
	return is_text(p[0]) && !p[1];
}

/* bcdUSB is one of those that exist, 1.0 to 3.2. */
static bool usb_device(const u8 *p, u32 reach)
{
	return p[0] == 18 && p[1] == 1 && p[3] >= 1 && p[3] <= 3 &&
	       (p[2] == 0x00 || p[2] == 0x01 || p[2] == 0x10 || p[2] == 0x20);
}

/* Bit 7 of bmAttributes must be set, bits 4 to 0 must not. */
static bool usb_config(const u8 *p, u32 reach)
{
	return p[0] == 9 && p[1] == 2 && le16(p + 2) >= 9 &&
	       le16(p + 2) <= 4096 && p[4] >= 1 && p[4] <= 32 && p[5] &&
	       (p[7] & 0x9f) == 0x80;
}

/* A language of Windows' numbering: primary in 10 bits, then the variant. */
static bool usb_langid(const u8 *p, u32 reach)
{
	return p[0] == 4 && p[1] == 3 && p[2] && p[2] <= 0x92 &&
	       !(p[3] & 3) && p[3] && p[3] <= 0x50;
}

/* Even, and text as far as it was looked at. */
static bool usb_string(const u8 *p, u32 reach)
{
	u32 i;

	if (p[0] < 4 || p[0] % 2 || p[1] != 3)
		return false;
	for (i = 2; i + 1 < reach && i < p[0]; i += 2)
		if (!is_text16(p + i))
			return false;
	return true;
}

static bool usb_interface(const u8 *p, u32 reach)
{
	return p[0] == 9 && p[1] == 4 && p[2] < 32 && p[3] < 32 && p[4] <= 30 &&
	       ((p[5] && p[5] <= 0x11) || p[5] == 0xdc || p[5] == 0xe0 ||
		p[5] == 0xef || p[5] == 0xfe || p[5] == 0xff);
}

static bool usb_endpoint(const u8 *p, u32 reach)
{
	return p[0] == 7 && p[1] == 5 && !(p[2] & 0x70) && p[2] & 0x0f &&
	       p[3] < 0x40 && le16(p + 4) && le16(p + 4) <= 0x1400;
}

static u32 usb_length(const u8 *p)
{
	return p[0];
}

/* With a checksum that is right, as in everything that came over a wire. */
static bool ipv4(const u8 *p, u32 reach)
{
	u32 i, sum = 0;

	if (p[0] != 0x45 || be16(p + 2) < 20 || !p[8] ||
	    (p[9] != 1 && p[9] != 2 && p[9] != 6 && p[9] != 17))
		return false;
	for (i = 0; i < 20; i += 2)
		sum += be16(p + i);
	return (sum & 0xffff) + (sum >> 16) == 0xffff;
}

static u32 ipv4_length(const u8 *p)
{
	return be16(p + 2);
}

/* Ethernet and IPv4, a request or an answer. */
static bool arp(const u8 *p, u32 reach)
{
	static const u8 magic[] = { 0, 1, 8, 0, 6, 4, 0 };

	return !memcmp(p, magic, sizeof(magic)) && (p[7] == 1 || p[7] == 2);
}

static u32 arp_length(const u8 *p)
{
	return 28;
}

/* Fixed format, a current error with a sense key, and the usual length. */
static bool scsi_sense(const u8 *p, u32 reach)
{
	return (p[0] & 0x7f) == 0x70 && !p[1] && p[2] && p[2] < 0x10 &&
	       !p[3] && !p[4] && !p[5] && !p[6] && p[7] == 10;
}

static u32 scsi_length(const u8 *p)
{
	return 18;
}

/**
 * struct header - one that is told by its first bytes
 * @class:	detector it belongs to
 * @need:	bytes to look at
 * @whole:	@fits looks at all there is up to the word's end
 * @fits:	tells it; the second argument is how far it may look
 * @length:	of the whole
 * @name:	for people
 * @second:	what its second 16 bits are, if that is worth saying
 */
struct header {
	enum slw_class class;
	u32 need;
	bool whole;
	bool (*fits)(const u8 *p, u32 reach);
	u32 (*length)(const u8 *p);
	const char *name;
	const char *second;
};

static const struct header headers[] = {
	{ SLW_CLASS_USB, 4, false, usb_langid, usb_length,
	  "USB string descriptor", "LANGID" },
	{ SLW_CLASS_USB, 4, true, usb_string, usb_length,
	  "USB string descriptor", NULL },
	{ SLW_CLASS_USB, 4, false, usb_device, usb_length,
	  "USB device descriptor", "bcdUSB" },
	{ SLW_CLASS_USB, 8, false, usb_config, usb_length,
	  "USB configuration descriptor", "total" },
	{ SLW_CLASS_USB, 6, false, usb_interface, usb_length,
	  "USB interface descriptor", NULL },
	{ SLW_CLASS_USB, 6, false, usb_endpoint, usb_length,
	  "USB endpoint descriptor", NULL },
	{ SLW_CLASS_DMA, 20, false, ipv4, ipv4_length, "IPv4 packet", NULL },
	{ SLW_CLASS_DMA, 8, false, arp, arp_length, "ARP packet", NULL },
	{ SLW_CLASS_DMA, 8, false, scsi_sense, scsi_length,
	  "SCSI sense data", NULL },
};

/* Does @h stand at @start, and reach into the word? */
static bool header_fits(const struct header *h, const struct view *v, u32 start)
{
	const u8 *p = v->bytes + start;
	u32 reach = v->at + WORD - start;

	if (v->len - start < h->need)
		return false;
	if (reach < h->need)
		reach = h->need;
	return h->fits(p, reach) && start + h->length(p) > v->at;
}

static const struct header *header_at(enum slw_class class,
				      const struct view *v, u32 start)
{
	u32 i;

	for (i = 0; i < ARRAY_SIZE(headers); i++)
		if (headers[i].class == class &&
		    header_fits(&headers[i], v, start))
			return &headers[i];
	return NULL;
}

static void say_header(struct text *t, const struct header *h,
		       const struct view *v, u32 start)
{
	const u8 *p = v->bytes + start;

	say(t, "%s, length 0x%02x", h->name, h->length(p));
	if (h->second)
		say(t, ", %s 0x%04x", h->second, le16(p + 2));
	if (start < v->at)
		say(t, ", %u bytes before the word", v->at - start);
}

/* The last one that begins before the word ends, at any even address. */
static enum slw_certainty detect_header(enum slw_class class,
					const struct look *l, struct text *t)
{
	const struct view *v = &l->view;
	const struct header *h = NULL;
	u32 start = v->at + WORD;

	while (!h && start >= 2) {
		start -= 2;
		h = header_at(class, v, start);
	}
	if (!h)
		return SLW_NOT;
	say_header(t, h, v, start);
	return h->whole || start + h->need > v->at ? SLW_CONSISTENT :
						     SLW_POSSIBLE;
}

static enum slw_certainty detect_usb(const struct look *l, struct text *t)
{
	return detect_header(SLW_CLASS_USB, l, t);
}

static enum slw_certainty detect_dma(const struct look *l, struct text *t)
{
	return detect_header(SLW_CLASS_DMA, l, t);
}

/*
 * Poisons: linux/poison.h, where POISON_POINTER_DELTA is that of all 64-bit
 * architectures.
 */
#define POISON_DELTA	0xdead000000000000ull
#define POISON_FIRST	(POISON_DELTA - STEP_MAX)
#define POISON_LAST	(POISON_DELTA + STEP_MAX)
#define POISON_END	0xa5

static const struct {
	u32 offset;
	const char *name;
} poison_pointers[] = {
	{ 0x40,	 "PP_SIGNATURE" },
	{ 0x100, "LIST_POISON1" },
	{ 0x122, "LIST_POISON2" },
	{ 0x200, "the older LIST_POISON2" },
	{ 0x300, "TIMER_ENTRY_STATIC" },
	{ 0x400, "TAIL_MAPPING" },
};

static long poison_distance(const struct look *l, u32 i)
{
	return (long)(l->word - POISON_DELTA - poison_pointers[i].offset);
}

static u32 nearest_poison(const struct look *l)
{
	u32 i, best = 0;

	for (i = 1; i < ARRAY_SIZE(poison_pointers); i++)
		if (poison_distance(l, i) >= 0 ||
		    -poison_distance(l, i) < poison_distance(l, best))
			best = i;
	return best;
}

static enum slw_certainty detect_list_poison(const struct look *l,
					     struct text *t)
{
	u32 i;
	long off;

	if (l->word - POISON_FIRST > POISON_LAST - POISON_FIRST)
		return SLW_NOT;
	i = nearest_poison(l);
	off = poison_distance(l, i);
	say(t, "%s", poison_pointers[i].name);
	if (off)
		say(t, " %c 0x%lx", off < 0 ? '-' : '+', off < 0 ? -off : off);
	return SLW_CONSISTENT;
}

/* One byte in every place: which, or -1. */
static int fill_of(unsigned long word)
{
	u8 byte = byte_of(word, 0);

	return word == ~0ul / 0xff * byte ? byte : -1;
}

static const struct {
	u8 byte;
	enum slw_class class;
	const char *name;
} fills[] = {
	{ 0x6b, SLW_CLASS_SLAB_POISON, "POISON_FREE" },
	{ 0x5a, SLW_CLASS_SLAB_POISON, "POISON_INUSE" },
	{ 0xa5, SLW_CLASS_SLAB_POISON, "POISON_END" },
	{ 0xbb, SLW_CLASS_SLAB_POISON, "SLUB_RED_INACTIVE" },
	{ 0xcc, SLW_CLASS_SLAB_POISON, "SLUB_RED_ACTIVE" },
	{ 0xaa, SLW_CLASS_PAGE_POISON, "PAGE_POISON" },
};

static enum slw_certainty detect_fill_of(enum slw_class class,
					 const struct look *l, struct text *t)
{
	int byte = fill_of(l->word);
	u32 i;

	for (i = 0; i < ARRAY_SIZE(fills); i++) {
		if (fills[i].class != class || fills[i].byte != byte)
			continue;
		say(t, "every byte is 0x%02x, %s", (u32)byte, fills[i].name);
		return SLW_CONSISTENT;
	}
	return SLW_NOT;
}

/* set_track() and init_object() end an object's 0x6b with one 0xa5. */
static enum slw_certainty detect_slab_poison(const struct look *l,
					     struct text *t)
{
	const u8 *p = l->view.bytes + l->view.at;
	u32 i = 0;

	while (i < WORD && p[i] == 0x6b)
		i++;
	if (i != WORD - 1 || p[i] != POISON_END)
		return detect_fill_of(SLW_CLASS_SLAB_POISON, l, t);
	say(t, "POISON_FREE up to POISON_END");
	return SLW_CONSISTENT;
}

static enum slw_certainty detect_page_poison(const struct look *l,
					     struct text *t)
{
	return detect_fill_of(SLW_CLASS_PAGE_POISON, l, t);
}

static enum slw_certainty detect_deadbeef(const struct look *l, struct text *t)
{
	bool high = (u32)high_half(l->word) == 0xdeadbeef;
	bool low = (u32)low_half(l->word) == 0xdeadbeef;

	if (!high && !low)
		return SLW_NOT;
	say(t, "0xdeadbeef in %s", high && low ? "both halves" :
				   high ? "the high half" : "the low half");
	return SLW_CONSISTENT;
}

/*
 * Text.  A run is as many characters as stand in a row, in and around the word.
 */

/**
 * struct run - characters in a row
 * @start:	first byte in the view
 * @end:	byte behind the last
 * @unit:	bytes of a character
 */
struct run {
	u32 start;
	u32 end;
	u32 unit;
};

static bool is_char(const struct view *v, u32 at, u32 unit)
{
	if (at + unit > v->len)
		return false;
	return unit == 1 ? is_text(v->bytes[at]) : is_text16(v->bytes + at);
}

static struct run run_around(const struct view *v, u32 at, u32 unit)
{
	struct run r = { at, at, unit };

	if (!is_char(v, at, unit))
		return r;
	while (r.start >= unit && is_char(v, r.start - unit, unit))
		r.start -= unit;
	while (is_char(v, r.end, unit))
		r.end += unit;
	return r;
}

/* Bytes of the word that a run covers. */
static u32 covers(const struct view *v, const struct run *r)
{
	u32 start = r->start > v->at ? r->start : v->at;
	u32 end = r->end < v->at + WORD ? r->end : v->at + WORD;

	return end > start ? end - start : 0;
}

static struct run longest_run(const struct view *v, u32 unit)
{
	struct run r, best = { 0, 0, unit };
	u32 at;

	for (at = v->at; at < v->at + WORD; at += unit) {
		r = run_around(v, at, unit);
		if (covers(v, &r) > covers(v, &best))
			best = r;
	}
	return best;
}

/* From a little before the word on; dots where there is more, or may be. */
static void say_run(struct text *t, const struct view *v, const struct run *r)
{
	u32 at = r->start, before = SHOWN_BEFORE * r->unit, shown = 0;

	if (at + before < v->at)
		at = v->at - before;
	say(t, "text \"%s", at > r->start ? "..." : "");
	for (; at < r->end && shown < SHOWN; at += r->unit, shown++)
		say(t, "%c", v->bytes[at] < ' ' ? '.' : v->bytes[at]);
	say(t, "%s\"", at < r->end || at + r->unit > v->len ? "..." : "");
}

/* Three characters at least, two of them in the word: 40 bits of 64. */
static enum slw_certainty detect_utf16(const struct look *l, struct text *t)
{
	const struct view *v = &l->view;
	struct run r = longest_run(v, 2);

	if (covers(v, &r) < 4 || r.end - r.start < 6)
		return SLW_NOT;
	say(t, "UTF-16LE ");
	say_run(t, v, &r);
	return SLW_CONSISTENT;
}

/*
 * All of the word, or half of it where a text ends or more stands around it.
 * One noisy word in 2000 is all text by chance, so that what is decoded from a
 * hardened list may only possibly be.
 */
static enum slw_certainty detect_ascii(const struct look *l, struct text *t)
{
	const struct view *v = &l->view;
	struct run r = longest_run(v, 1);
	u32 in = covers(v, &r);
	bool ends = r.end < v->len && !v->bytes[r.end];

	if (in < WORD && (in < WORD / 2 || (!ends && r.end - r.start < WORD)))
		return SLW_NOT;
	if (fill_of(l->word) >= 0)
		return SLW_NOT;
	say_run(t, v, &r);
	return in == WORD && l->stored ? SLW_CONSISTENT : SLW_POSSIBLE;
}

/* What is a poison is not told once more. */
static enum slw_certainty detect_fill(const struct look *l, struct text *t)
{
	int byte = fill_of(l->word);
	u32 i;

	for (i = 0; i < ARRAY_SIZE(fills); i++)
		if (fills[i].byte == byte)
			return SLW_NOT;
	if (byte <= 0)
		return SLW_NOT;
	say(t, "every byte is 0x%02x", (u32)byte);
	if (byte > ' ' && byte <= '~')
		say(t, ", '%c'", byte);
	return SLW_CERTAIN;
}

static bool is_own(const struct slw_damage *d, unsigned long addr)
{
	return d->what == SLW_DAMAGED_LINK && in_slab(d, d->slot) &&
	       object_of(d, d->slot) == object_of(d, addr);
}

static void say_target(struct text *t, const struct look *l)
{
	u32 near = l->fits[FIT_BIT].n;

	if (is_own(l->d, l->word))
		say(t, "its own object, as if freed twice in a row");
	else
		say(t, "object %u of this slab", object_of(l->d, l->word));
	if (l->hardened)
		say(t, ", encoded by SLUB");
	if (near)
		say(t, ", or 1 bit from %u other%s", near, near > 1 ? "s" : "");
}

/*
 * A hardened link that decodes to an object was made by who has the key, unless
 * it is a bit away from another one.  Not encoded, it was not made by SLUB.
 */
static enum slw_certainty detect_valid_target(const struct look *l,
					      struct text *t)
{
	if (l->d->known || !on_grid(l->d, l->word))
		return SLW_NOT;
	if (l->hardened && l->stored)
		say(t, "object %u of this slab, not encoded",
		    object_of(l->d, l->word));
	else
		say_target(t, l);
	return SLW_CERTAIN;
}

static enum slw_certainty detect_zero(const struct look *l, struct text *t)
{
	if (l->word)
		return SLW_NOT;
	say(t, "%s", l->d->decoded ? "all bytes are zero" :
	       l->leads ? "NULL: the list ends here, rightly or too early" :
			  "NULL");
	return SLW_CERTAIN;
}

/* Of the step as stored and the one as decoded, the smaller one is said. */
static bool is_smaller(const struct look *other, const struct fit *f)
{
	return other && fits(other, FIT_STEP) &&
	       other->fits[FIT_STEP].distance < f->distance;
}

static enum slw_certainty detect_small_change(const struct look *l,
					      struct text *t)
{
	const struct fit *f = &l->fits[FIT_STEP];
	bool less = l->word - (f->target ^ l->key) != f->distance;

	if (!fits(l, FIT_STEP) || is_smaller(l->other, f))
		return SLW_NOT;
	say(t, "0x%x %s than a pointer to ", f->distance,
	    less ? "less" : "more");
	say_before(t, l, f);
	return l->key || in_slab(l->d, l->word) ? SLW_CONSISTENT : SLW_POSSIBLE;
}

/* All that is left of the pointer is one half; the other is told if no secret. */
static enum slw_certainty detect_half(const struct look *l, struct text *t,
				      enum fit_id id, unsigned long now)
{
	const struct fit *f = &l->fits[id];
	const char *name = id == FIT_LOW ? "low" : "high";

	if (!l->stored || !fits(l, id) || fits_above(l, FIT_HIGH))
		return SLW_NOT;
	if (leads_out(l->d))
		say(t, "%s half differs", name);
	else
		say(t, "%s half is 0x%0*lx", name, (int)WORD, now);
	say(t, ", the other fits ");
	say_before(t, l, f);
	return unless_led_out(l);
}

static enum slw_certainty detect_high_half(const struct look *l, struct text *t)
{
	return detect_half(l, t, FIT_HIGH, high_half(l->word));
}

static enum slw_certainty detect_low_half(const struct look *l, struct text *t)
{
	return detect_half(l, t, FIT_LOW, low_half(l->word));
}

static enum slw_certainty detect_bytes(const struct look *l, struct text *t)
{
	const struct fit *f = &l->fits[FIT_BYTES];

	if (!l->stored || !fits(l, FIT_BYTES) || fits_above(l, FIT_BYTES))
		return SLW_NOT;
	say(t, "bytes %u-%u differ, the others fit ",
	    first_byte(fit_xor(l, f)), last_byte(fit_xor(l, f)));
	say_before(t, l, f);
	return unless_led_out(l);
}

static enum slw_certainty detect_small_number(const struct look *l,
					      struct text *t)
{
	if (!l->word || l->word > 0xffff)
		return SLW_NOT;
	say(t, "the number %lu", l->word);
	return SLW_CERTAIN;
}

static enum slw_certainty detect_error_pointer(const struct look *l,
					       struct text *t)
{
	if (!is_error(l->word))
		return SLW_NOT;
	say(t, "ERR_PTR(%ld)", (long)l->word);
	return SLW_CONSISTENT;
}

/* Nearer than this to its slab, a pointer is told by where it is from there. */
#define NEAR_SLAB	0x1000000ul

static void say_kernel(struct text *t, const struct look *l)
{
	const struct slw_damage *d = l->d;
	unsigned long end = object_at(d, d->objects);
	unsigned long before = d->first - l->word, behind = l->word - end;

	if (in_slab(d, l->word))
		say(t, "0x%lx bytes into object %u of this slab",
		    (l->word - d->first) % d->size, object_of(d, l->word));
	else if (d->objects && behind < NEAR_SLAB)
		say(t, "0x%lx bytes behind this slab's objects", behind);
	else if (d->objects && before < NEAR_SLAB)
		say(t, "0x%lx bytes before this slab's objects", before);
	else if (l->word >= 0xffffffff80000000ull)
		say(t, "in the top 2 GiB, x86-64's image and modules");
	else
		say(t, "an address of the kernel's%s",
		    d->objects ? ", far from this slab" : "");
}

/* An address in the slab is told as a small change, if it is one. */
static bool is_told(const struct look *l)
{
	return in_slab(l->d, l->word) &&
	       (on_grid(l->d, l->word) || fits(l, FIT_STEP));
}

static enum slw_certainty detect_kernel_pointer(const struct look *l,
						struct text *t)
{
	bool decoded = l->word == l->d->decoded;
	enum fit_id stronger = l->word % WORD ? FIT_ANY : FIT_STEP;

	if (!is_kernel(l->d, l->word) || is_told(l))
		return SLW_NOT;
	say_kernel(t, l);
	if (decoded && l->d->pointee == SLW_POINTEE_OBJECT) {
		say(t, ": an object");
		return SLW_CERTAIN;
	}
	if (decoded && l->d->pointee == SLW_POINTEE_NOTHING)
		say(t, ": no object");
	return fits_above(l, stronger) ? SLW_POSSIBLE : SLW_CONSISTENT;
}

static enum slw_certainty detect_user_address(const struct look *l,
					      struct text *t)
{
	bool large = high_half(l->word);

	if (l->word <= 0xffff || !is_user(l->d, l->word))
		return SLW_NOT;
	say(t, "%s", large ? "an address of user space" :
			     "a 32-bit number, or a low address of user space");
	return large && !fits_above(l, FIT_ANY) ? SLW_CONSISTENT : SLW_POSSIBLE;
}

static enum slw_certainty detect_noise(const struct look *l, struct text *t)
{
	if (l->stored || l->leads || fits_above(l, FIT_ANY) ||
	    is_kernel(l->d, l->word) || is_user(l->d, l->word) ||
	    is_error(l->word))
		return SLW_NOT;
	say(t, "noise: the slot of a hardened list was overwritten");
	return SLW_CONSISTENT;
}

static enum slw_certainty detect_random(const struct look *l, struct text *t)
{
	const struct fit *f = &l->fits[FIT_ANY];

	if (!l->lonely)
		return SLW_NOT;
	say(t, "nothing known fits");
	if (f->n)
		say(t, "; the nearest of %u pointers is %u bits off", f->n,
		    f->distance);
	return SLW_POSSIBLE;
}

static enum slw_certainty (*const detectors[SLW_NR_CLASSES])
	(const struct look *l, struct text *t) = {
#define CLASS_DETECTOR(id, fn, name, text)	[SLW_CLASS_##id] = detect_##fn,
	SLW_CLASSES(CLASS_DETECTOR)
#undef CLASS_DETECTOR
};

/*
 * The diagnosis: all detectors over the word as stored, then as decoded.
 */

/* Where a new one of such certainty goes: behind all that are as certain. */
static u32 place_for(const struct slw_diagnosis *dx, enum slw_certainty c)
{
	u32 i = dx->nr;

	while (i && dx->seen[i - 1].certainty < c)
		i--;
	return i;
}

/* In its place; what is weakest falls out. */
static void keep(struct slw_diagnosis *dx, const struct slw_observation *o)
{
	u32 i, place = place_for(dx, o->certainty);

	if (place == SLW_OBSERVATIONS)
		return;
	if (dx->nr < SLW_OBSERVATIONS)
		dx->nr++;
	for (i = dx->nr - 1; i > place; i--)
		dx->seen[i] = dx->seen[i - 1];
	dx->seen[place] = *o;
}

static bool observe(struct look *l, enum slw_class class,
		    struct slw_diagnosis *dx)
{
	struct slw_observation o = { .class = class };
	struct text t = { .buf = o.text };

	if (l->hardened)
		say(&t, "%s: ", l->stored ? "as stored" : "decoded");
	o.certainty = detectors[class](l, &t);
	if (!o.certainty)
		return false;
	keep(dx, &o);
	return true;
}

/* The window if it is of this word, else the word alone. */
static void set_view(struct look *l)
{
	const struct slw_damage *d = l->d;
	unsigned long at = d->slot - d->window_start;

	memcpy(l->own, &l->word, sizeof(l->own));
	l->view = (struct view) { .bytes = l->own, .len = WORD };
	if (l->stored && d->window_len >= WORD && at <= d->window_len - WORD &&
	    !memcmp(d->window + at, l->own, WORD))
		l->view = (struct view) {
			.bytes = d->window, .len = d->window_len, .at = (u32)at
		};
}

static void open_look(struct look *l, const struct slw_damage *d, bool stored)
{
	*l = (struct look) {
		.d = d,
		.word = stored ? d->raw : d->decoded,
		.key = stored ? d->raw ^ d->decoded : 0,
		.stored = stored,
		.hardened = d->raw != d->decoded,
		.leads = leads_well(d),
	};
	set_view(l);
	try_targets(l);
}

/* What was it?  The first fit that there is tells. */
static bool tell_expected(const struct look *l, struct slw_diagnosis *dx)
{
	enum fit_id id = 0;
	const struct fit *f;

	while (id < FIT_ANY && !fits(l, id))
		id++;
	f = &l->fits[id];
	if (!f->n)
		return false;
	dx->expected = f->target;
	dx->expected_raw = f->target ^ l->d->raw ^ l->d->decoded;
	dx->candidates = id == FIT_ANY ? 0 : f->n;
	dx->xor = l->d->decoded ^ f->target;
	dx->bits = count_bits(dx->xor);
	return dx->candidates;
}

static bool observe_any(struct look *looks, u32 n, enum slw_class class,
			struct slw_diagnosis *dx)
{
	u32 i;

	for (i = 0; i < n; i++) {
		looks[i].lonely = !dx->nr;
		if (observe(&looks[i], class, dx))
			return true;
	}
	return false;
}

void slw_classify(const struct slw_damage *d, struct slw_diagnosis *dx)
{
	u32 i, n = d->raw == d->decoded ? 1 : 2;
	struct look looks[2];
	enum slw_class class;

	*dx = (struct slw_diagnosis) {};
	for (i = 0; i < n; i++)
		open_look(&looks[i], d, !i);
	for (i = 0; i + 1 < n; i++) {
		looks[i].other = &looks[i + 1];
		looks[i + 1].other = &looks[i];
	}
	for (class = 0; class < SLW_NR_CLASSES; class++)
		observe_any(looks, n, class, dx);
	if (!tell_expected(&looks[0], dx) && n > 1)
		tell_expected(&looks[1], dx);
}

/*
 * What findings have in common.
 */

/* Bytes from the object to the first that differs, as far as that is known. */
static u32 place_in_object(const struct slw_damage *d, unsigned long xor)
{
	if (d->what != SLW_DAMAGED_LINK || !in_slab(d, d->slot))
		return SLW_NO_PLACE;
	return (u32)((d->slot - d->first) % d->size) +
	       (xor ? first_byte(xor) : 0);
}

static struct slw_mark mark_of(unsigned long cache, const struct slw_damage *d,
			       const struct slw_diagnosis *dx)
{
	unsigned long xor = dx->candidates == 1 ? dx->xor : 0;
	u32 place = place_in_object(d, xor);

	return (struct slw_mark) {
		.cache = cache,
		.home = place == SLW_NO_PLACE ? d->slot : d->first,
		.slot = d->slot,
		.place = place,
		.raw = d->raw,
		.xor = xor,
	};
}

static u32 nr_marks(const struct slw_pattern_memory *mem)
{
	return mem->nr < SLW_MARKS ? mem->nr : SLW_MARKS;
}

static bool same_bit(const struct slw_mark *a, const struct slw_mark *b)
{
	return count_bits(a->xor) == 1 && a->xor == b->xor;
}

static bool same_place(const struct slw_mark *a, const struct slw_mark *b)
{
	return a->cache == b->cache && a->place == b->place &&
	       a->place != SLW_NO_PLACE;
}

/* The same bit in another slab than @m's and than that of any mark before. */
static bool new_home(const struct slw_pattern_memory *mem, u32 at,
		     const struct slw_mark *m)
{
	const struct slw_mark *k = &mem->marks[at];
	u32 i;

	if (!same_bit(k, m) || k->home == m->home)
		return false;
	for (i = 0; i < at; i++)
		if (same_bit(&mem->marks[i], m) &&
		    mem->marks[i].home == k->home)
			return false;
	return true;
}

/**
 * struct tally - what the earlier findings say
 * @elsewhere:	the same bit at another place, in another slab
 * @otherwise:	the same place, but not by the same bit
 */
struct tally {
	bool elsewhere;
	bool otherwise;
};

static struct tally compare(const struct slw_pattern_memory *mem,
			    const struct slw_mark *m, struct slw_pattern *p)
{
	struct tally all = {};
	const struct slw_mark *k;
	u32 i;

	for (i = 0; i < nr_marks(mem); i++) {
		k = &mem->marks[i];
		if (k->slot == m->slot)
			continue;
		p->same_bit += new_home(mem, i, m);
		p->same_place += same_place(k, m);
		p->same_word += k->raw == m->raw;
		all.elsewhere |= same_bit(k, m) && k->home != m->home &&
				 !same_place(k, m);
		all.otherwise |= same_place(k, m) && !same_bit(k, m);
	}
	return all;
}

static enum slw_speaks judge(const struct tally *all,
			     const struct slw_pattern *p)
{
	bool hardware = all->elsewhere;
	bool software = all->otherwise || p->same_word;

	if (hardware != software)
		return hardware ? SLW_SPEAKS_HARDWARE : SLW_SPEAKS_SOFTWARE;
	return p->same_bit || p->same_place ? SLW_SPEAKS_EITHER :
					      SLW_SPEAKS_NOT;
}

/* Only what speaks for it is said. */
static void say_pattern(struct slw_pattern *p, u32 place)
{
	static const char *const whom[] = {
		[SLW_SPEAKS_EITHER] = "hardware or a write after free",
		[SLW_SPEAKS_HARDWARE] = "speaks for hardware",
		[SLW_SPEAKS_SOFTWARE] = "speaks for software",
	};
	struct text t = { .buf = p->text };

	if (p->speaks == SLW_SPEAKS_NOT)
		return;
	say(&t, "as before:");
	if (p->same_bit && p->speaks != SLW_SPEAKS_SOFTWARE)
		say(&t, " bit %d (slabs: %u)", p->bit, p->same_bit);
	if (p->same_place && p->speaks != SLW_SPEAKS_HARDWARE)
		say(&t, " offset %u (objects: %u)", place, p->same_place);
	if (p->same_word && p->speaks != SLW_SPEAKS_HARDWARE)
		say(&t, " word (%u)", p->same_word);
	say(&t, "; %s", whom[p->speaks]);
}

/* In the place of an earlier one of the same word, or of the oldest. */
static void remember(struct slw_pattern_memory *mem, const struct slw_mark *m)
{
	u32 i;

	for (i = 0; i < nr_marks(mem); i++) {
		if (mem->marks[i].slot == m->slot) {
			mem->marks[i] = *m;
			return;
		}
	}
	mem->marks[mem->nr++ % SLW_MARKS] = *m;
}

void slw_pattern_note(struct slw_pattern_memory *mem, unsigned long cache,
		      const struct slw_damage *d,
		      const struct slw_diagnosis *dx, struct slw_pattern *p)
{
	struct slw_mark m = mark_of(cache, d, dx);
	struct tally all;

	*p = (struct slw_pattern) {
		.bit = count_bits(m.xor) == 1 ? (int)lowest_bit(m.xor) : -1,
	};
	all = compare(mem, &m, p);
	p->speaks = judge(&all, p);
	say_pattern(p, m.place);
	remember(mem, &m);
}

static const struct {
	const char *name;
	const char *sentence;
} classes[] = {
#define CLASS_TEXT(id, fn, name, text)	[SLW_CLASS_##id] = { name, text },
	SLW_CLASSES(CLASS_TEXT)
#undef CLASS_TEXT
};

const char *slw_class_name(enum slw_class class)
{
	return class < ARRAY_SIZE(classes) ? classes[class].name : "?";
}

const char *slw_class_sentence(enum slw_class class)
{
	return class < ARRAY_SIZE(classes) ? classes[class].sentence : "?";
}

const char *slw_certainty_name(enum slw_certainty certainty)
{
	static const char *const names[] = {
		[SLW_NOT] = "not",
		[SLW_POSSIBLE] = "perhaps",
		[SLW_CONSISTENT] = "consistent with",
		[SLW_CERTAIN] = "is",
	};

	return certainty < ARRAY_SIZE(names) ? names[certainty] : "not";
}

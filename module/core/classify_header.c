// SPDX-License-Identifier: GPL-2.0
/*
 * Headers that devices and protocols write: see classify.h.
 */
#include "classify_look.h"

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

static void say_header(struct slw_text *t, const struct header *h,
		       const struct view *v, u32 start)
{
	const u8 *p = v->bytes + start;

	slw_say(t, "%s, length 0x%02x", h->name, h->length(p));
	if (h->second)
		slw_say(t, ", %s 0x%04x", h->second, le16(p + 2));
	if (start < v->at)
		slw_say(t, ", %u bytes before the word", v->at - start);
}

/* The last one that begins before the word ends, at any even address. */
static enum slw_certainty detect_header(enum slw_class class,
					const struct look *l, struct slw_text *t)
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

enum slw_certainty slw_detect_usb(const struct look *l, struct slw_text *t)
{
	return detect_header(SLW_CLASS_USB, l, t);
}

enum slw_certainty slw_detect_dma(const struct look *l, struct slw_text *t)
{
	return detect_header(SLW_CLASS_DMA, l, t);
}

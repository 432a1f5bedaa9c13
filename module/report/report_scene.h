/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Scene -> words: sections of a report, see report.h.
 */
#ifndef _SLUBWATCH_REPORT_SCENE_H
#define _SLUBWATCH_REPORT_SCENE_H

struct slw_record;
struct slw_text;

/* A character for each object of the slab, and what each means. */
void slw_scene_say_map(struct slw_text *t, const struct slw_record *r);

/* Where else in the slab the bad word stands. */
void slw_scene_say_same(struct slw_text *t, const struct slw_record *r);

/* The bad object's bytes and its neighbours', and where their words lead. */
void slw_scene_say_bytes(struct slw_text *t, const struct slw_record *r);

#endif /* _SLUBWATCH_REPORT_SCENE_H */

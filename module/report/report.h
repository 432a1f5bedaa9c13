/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Finding -> words, once, for the log, debugfs and the panic notifier alike.
 *
 * A report is its sections in a row: the table in report.c.  What is to be told
 * besides becomes a function of struct slw_text and struct slw_record, declared
 * where it belongs, and a line of that table.
 *
 * A section says whole lines, each shorter than 100 bytes and beginning with two
 * blanks and a word that tells what it is; a line that goes on begins with
 * blanks only.  Addresses are printed with %p.
 */
#ifndef _SLUBWATCH_REPORT_H
#define _SLUBWATCH_REPORT_H

#include <linux/types.h>

#include "core/text.h"

struct slw_record;

/* Bytes that any report fits in. */
#define SLW_REPORT_SIZE		12288

/**
 * slw_report_render() - a finding as text
 * @r:		the finding
 * @buf:	at least SLW_REPORT_SIZE bytes
 *
 * The first line is "slubwatch: finding N: KIND in CACHE"; every line is
 * shorter than 100 bytes and ends with a newline.  Addresses are printed with
 * %p, that is hashed unless the kernel runs with no_hash_pointers.
 *
 * Context: any.
 * Return: bytes written without the final NUL.
 */
size_t slw_report_render(const struct slw_record *r, char *buf);

/**
 * slw_report_log() - a new finding to the kernel's log
 * @r: the finding
 *
 * Rate-limited; taints the kernel with TAINT_BAD_PAGE, as SLUB does.
 *
 * Context: process, no locks.
 */
void slw_report_log(const struct slw_record *r);

/**
 * slw_report_brief() - the few lines that the panic notifier prints
 * @r: the finding
 *
 * Context: the panic notifier, which is alone and takes no lock; or as for
 * slw_report_log().
 */
void slw_report_brief(const struct slw_record *r);

#endif /* _SLUBWATCH_REPORT_H */

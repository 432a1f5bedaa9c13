/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Finding -> words, once, for the log and debugfs alike.
 */
#ifndef _SLUBWATCH_REPORT_H
#define _SLUBWATCH_REPORT_H

#include <linux/types.h>

struct slubwatch_finding;

/* Bytes that any report fits in. */
#define SLW_REPORT_SIZE		4096

/**
 * slw_report_render() - a finding as text
 * @f:		the finding
 * @buf:	at least SLW_REPORT_SIZE bytes
 *
 * The first line is "slubwatch: finding N: KIND in CACHE"; every line is
 * shorter than 100 bytes and ends with a newline.  Addresses are printed with
 * %p, that is hashed unless the kernel runs with no_hash_pointers.
 *
 * Context: any.
 * Return: bytes written without the final NUL.
 */
size_t slw_report_render(const struct slubwatch_finding *f, char *buf);

/**
 * slw_report_log() - a new finding to the kernel's log
 * @f: the finding
 *
 * Rate-limited; taints the kernel with TAINT_BAD_PAGE, as SLUB does.
 *
 * Context: process, no locks.
 */
void slw_report_log(const struct slubwatch_finding *f);

/* One line, for the panic notifier.  Context: any. */
void slw_report_brief(const struct slubwatch_finding *f);

#endif /* _SLUBWATCH_REPORT_H */

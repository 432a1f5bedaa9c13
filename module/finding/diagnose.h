/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Finding -> diagnosis: what the damage looks like, from copied values.
 */
#ifndef _SLUBWATCH_DIAGNOSE_H
#define _SLUBWATCH_DIAGNOSE_H

struct slubwatch_finding;

/**
 * slw_diagnose() - fill a new finding's @expected and @notes
 * @f: a finding that is about to be told
 *
 * Compares with the findings of this boot before it and remembers it.
 *
 * Context: process, sweep lock; looks up what is where the bad word
 * leads, and reads nothing else but @f.
 */
void slw_diagnose(struct slubwatch_finding *f);

#endif /* _SLUBWATCH_DIAGNOSE_H */

// SPDX-FileCopyrightText: 2026 The Allmende authors
//
// SPDX-License-Identifier: EUPL-1.2

// Package workdays counts working days: Monday to Friday without the holidays by law of a Land.
//
// Its list of holidays is data (data/holidays.yaml), with the years for which it is known, and
// says of itself how far it was checked: it was compared with another collection, the acts of
// the Länder were not read (see [Verified]). Days on which an administration closes on its own,
// such as Christmas Eve, are working days here. A year that is not known is an error, never a
// year without holidays.
//
// The library github.com/rickar/cal/v2 (v2.1.13) was looked at and not taken: its list for
// Germany lacks Women's Day in Mecklenburg-Western Pomerania (since 2023), Berlin's single
// holidays, and all that counts in communities only.
package workdays

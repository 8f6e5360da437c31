-- SPDX-FileCopyrightText: 2026 The Allmende authors
--
-- SPDX-License-Identifier: EUPL-1.2

-- SHA-256 of the file that is the evidence, in hexadecimal; empty where nobody gave it. Who
-- finds the file later can tell whether it is still the one that was meant.
ALTER TABLE duty_decision ADD COLUMN sum TEXT NOT NULL DEFAULT '';

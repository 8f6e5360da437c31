-- SPDX-FileCopyrightText: 2026 The Allmende authors
--
-- SPDX-License-Identifier: EUPL-1.2

-- The server by whose word the sender of a mail is who stands there; empty where nobody has
-- checked that.
ALTER TABLE ticket_mail ADD COLUMN proof TEXT NOT NULL DEFAULT '';

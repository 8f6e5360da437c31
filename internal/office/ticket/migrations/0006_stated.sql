-- SPDX-FileCopyrightText: 2026 The Allmende authors
--
-- SPDX-License-Identifier: EUPL-1.2

-- attempt is how often a file could not be had. stated is for files of mails of which nobody has checked
-- who sent them: 'let' within the bound for those, 'held' beyond it and not said yet in the case, 'named' when
-- it is; who takes one in empties it.
ALTER TABLE ticket_parcel ADD COLUMN attempt BIGINT NOT NULL DEFAULT 0;
ALTER TABLE ticket_parcel ADD COLUMN stated TEXT NOT NULL DEFAULT '';

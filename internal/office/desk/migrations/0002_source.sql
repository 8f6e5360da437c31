-- SPDX-FileCopyrightText: 2026 The Allmende authors
--
-- SPDX-License-Identifier: EUPL-1.2

-- Who brought a file from outside, as the system there says: in a ticket, with a mail. person is
-- empty then.
ALTER TABLE desk_file ADD COLUMN source TEXT NOT NULL DEFAULT '';

-- SPDX-FileCopyrightText: 2026 The Allmende authors
--
-- SPDX-License-Identifier: EUPL-1.2

-- What the bills of materials in view said of the package when it was concluded: numbers of
-- licence terms, 0 for nothing, with blanks between. A later version takes a conclusion over
-- only where they say the same of it, for whoever changed the licence would go unnoticed.
-- Empty: made before this was kept.
ALTER TABLE licence_conclusion ADD COLUMN said TEXT NOT NULL DEFAULT '';
-- What was taken over from one that is replaced or withdrawn.
CREATE INDEX licence_conclusion_origin ON licence_conclusion (org, origin) WHERE origin <> '';
-- What later versions take over, asked at each arrival.
CREATE INDEX licence_conclusion_reused ON licence_conclusion (org) WHERE reuse AND origin = '' AND state = 'active';

-- SPDX-FileCopyrightText: 2026 The Allmende authors
--
-- SPDX-License-Identifier: EUPL-1.2

-- The page of a case asks for its papers.
CREATE INDEX procurement_paper_matter ON procurement_paper (matter);

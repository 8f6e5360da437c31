-- SPDX-FileCopyrightText: 2026 The Allmende authors
--
-- SPDX-License-Identifier: EUPL-1.2

-- What tasks are told, for whoever has to know which documents they still work on.
CREATE VIEW job_args_view AS SELECT id, org, kind, state, args, ended FROM job_task;

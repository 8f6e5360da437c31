// SPDX-FileCopyrightText: 2026 The Allmende authors
//
// SPDX-License-Identifier: EUPL-1.2

package retention

import (
	"encoding/json"
	"testing"

	"allmende/internal/platform/lang"
)

// A record is written in the order of the file, in the reader's words; what has no word is
// called as it stands; ids give way to names; lists within a part become tables of their own.
func TestARecordIsWrittenForItsReader(t *testing.T) {
	words, err := lang.Load(files)
	if err != nil {
		t.Fatal(err)
	}
	s := &Service{Texts: words}
	all, err := s.outline("de", json.RawMessage(`{
		"person": {"id": "p1", "org": "o1", "orgName": "Bauamt", "mail": "", "open": true, "since": "2026-03-02T09:00:00Z"},
		"did": [{"what": "x.y", "thing": "t1", "request": "r"}, {"what": "x.z", "diff": {"level": ["reader", null]}, "strange_member": 3}],
		"competences": {"skills": [{"name": {"de": "Lizenzen", "en": "Licences"}}], "empty": []},
		"kept": {"role_absence": [{"since": "2026-03-02"}]},
		"note": "frei"}`))
	if err != nil || len(all) != 6 {
		t.Fatalf("%d sections, %v: %+v", len(all), err, all)
	}
	text, _ := json.Marshal(all)
	want := `[{"Name":"Konto","Facts":[{"Name":"Kennung","Value":"p1"},{"Name":"Organisation","Value":"Bauamt"},{"Name":"open","Value":"ja"},{"Name":"Seit","Value":"02.03.2026, 10:00 Uhr"}],"Heads":null,"Rows":null,"Count":0},` +
		`{"Name":"Was die Person getan hat","Facts":null,"Heads":["Was","Woran","Änderung","strange member"],"Rows":[["x.y","t1","–","–"],["x.z","–","Stufe: reader → –","3"]],"Count":2},` +
		`{"Name":"Kenntnisse: Selbst eingeschätzt","Facts":null,"Heads":["Name"],"Rows":[["Lizenzen"]],"Count":1},` +
		`{"Name":"Kenntnisse: empty","Facts":null,"Heads":null,"Rows":null,"Count":0},` +
		`{"Name":"Abwesenheiten","Facts":null,"Heads":["Seit"],"Rows":[["2026-03-02"]],"Count":1},` +
		`{"Name":"note","Facts":[{"Name":"note","Value":"frei"}],"Heads":null,"Rows":null,"Count":0}]`
	if string(text) != want {
		t.Errorf("got  %s\nwant %s", text, want)
	}
	if _, err := s.outline("de", json.RawMessage(`{"person": `)); err == nil {
		t.Error("half a record was read")
	}
}

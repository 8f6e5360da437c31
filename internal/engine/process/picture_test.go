// SPDX-FileCopyrightText: 2026 The Allmende authors
//
// SPDX-License-Identifier: EUPL-1.2

package process

import (
	"encoding/xml"
	"errors"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// No two states stand on each other, each line begins at its state and ends at the other, and
// none runs through a third.
func TestPicturesCanBeRead(t *testing.T) {
	for _, d := range Shipped() {
		l := d.Layout()
		if len(l.Nodes) != len(d.States) {
			t.Fatalf("%s: %d of %d states are drawn", d.ID, len(l.Nodes), len(d.States))
		}
		for i, n := range l.Nodes {
			if n.X < 0 || n.Y < 0 || n.X+n.W > l.Width || n.Y+n.H > l.Height {
				t.Errorf("%s: %s stands outside", d.ID, n.State)
			}
			for _, m := range l.Nodes[i+1:] {
				if n.X < m.X+m.W && m.X < n.X+n.W && n.Y < m.Y+m.H && m.Y < n.Y+n.H {
					t.Errorf("%s: %s stands on %s", d.ID, n.State, m.State)
				}
			}
		}
		drawn := 0
		for _, e := range l.Edges {
			drawn += len(e.Transitions)
			checkLine(t, d, l, e)
		}
		steps := 0
		for _, s := range d.Transitions {
			steps += len(s.From)
		}
		if drawn != steps {
			t.Errorf("%s: %d of %d steps are drawn", d.ID, drawn, steps)
		}
		t.Logf("%s: %d×%d, %d crossings", d.ID, l.Width, l.Height, l.crossings)
		if l.crossings > 12 {
			t.Errorf("%s: %d crossings", d.ID, l.crossings)
		}
	}
}

func checkLine(t *testing.T, d *Definition, l Layout, e Edge) {
	t.Helper()
	touches := func(p Point, n Node) bool { return p.X >= n.X && p.X <= n.X+n.W && (p.Y == n.Y || p.Y == n.Y+n.H) }
	for _, n := range l.Nodes {
		if n.State == e.From && !touches(e.Points[0], n) || n.State == e.To && !touches(e.Points[len(e.Points)-1], n) {
			t.Errorf("%s: %s to %s does not touch %s", d.ID, e.From, e.To, n.State)
		}
		for i := range e.Points[1:] {
			a, b := e.Points[i], e.Points[i+1]
			for s := 1; s < 20; s++ {
				x, y := a.X+(b.X-a.X)*s/20, a.Y+(b.Y-a.Y)*s/20
				if x > n.X && x < n.X+n.W && y > n.Y && y < n.Y+n.H {
					t.Fatalf("%s: %s to %s runs through %s", d.ID, e.From, e.To, n.State)
				}
			}
		}
	}
}

// A line of states without ways back or aside has no crossing and no bend.
func TestAStraightProcedureIsDrawnStraight(t *testing.T) {
	d := parsed(t, sound)
	l := d.Layout()
	if l.crossings != 0 || len(l.Edges) != 3 {
		t.Errorf("%d crossings, %d edges", l.crossings, len(l.Edges))
	}
	again := d.Layout()
	if !slices.Equal(l.Nodes, again.Nodes) {
		t.Error("the same definition is drawn in two ways")
	}
}

// What BPMN 2.0 asks for and XML can show: ids once, flows with source and target that name
// them in turn, a shape with bounds for each node, an edge with two points for each flow.
func TestBPMNHoldsTogether(t *testing.T) {
	for _, d := range Shipped() {
		for _, tongue := range []string{"de", "en"} {
			out, err := d.BPMN(tongue)
			if err != nil {
				t.Fatal(err)
			}
			for _, wrong := range bpmnFaults(out) {
				t.Errorf("%s: %s", d.ID, wrong)
			}
			if !strings.Contains(string(out), d.Start().Name.In(tongue)) {
				t.Errorf("%s: its words are not %s", d.ID, tongue)
			}
		}
	}
}

func TestTheBPMNTestNoticesFaults(t *testing.T) {
	out, err := Shipped()[0].BPMN("de")
	if err != nil {
		t.Fatal(err)
	}
	for _, r := range [][2]string{{`id="state.draft"`, `id="state.survey"`}, {`targetRef="state.screened"`, `targetRef="state.nowhere"`},
		{`<dc:Bounds `, `<dc:Bound `}, {`<bpmn:incoming>flow.start</bpmn:incoming>`, ``}, {`bpmnElement="flow.start"`, `bpmnElement="flow.submit.draft"`}} {
		broken := strings.Replace(string(out), r[0], r[1], 1)
		if broken == string(out) || len(bpmnFaults([]byte(broken))) == 0 {
			t.Errorf("nobody noticed %s in place of %s", r[1], r[0])
		}
	}
}

// States may be called as our own parts of the document are, and steps may lead back to where
// they come from.
func TestNoNameAndNoLoopBreaksTheBPMN(t *testing.T) {
	text := strings.ReplaceAll(broken(t, "from: [second]", "from: [second, third]"), "first", "start")
	d := parsed(t, strings.Replace(text, "- {id: close,", "- {id: stay, from: [start], to: start, role: department, name: {de: Bleiben, en: Stay}}\n  - {id: close,", 1))
	if flaws := Check(d, houseRoles); len(flaws) > 0 {
		t.Fatal(flaws)
	}
	out, err := d.BPMN("en")
	if err != nil {
		t.Fatal(err)
	}
	if wrong := bpmnFaults(out); len(wrong) > 0 {
		t.Error(wrong)
	}
	if _, err := (&Definition{}).BPMN("de"); err == nil {
		t.Error("nothing was drawn")
	}
}

// element is any element of XML.
type element struct {
	XMLName xml.Name
	Attrs   []xml.Attr `xml:",any,attr"`
	Text    string     `xml:",chardata"`
	Kids    []element  `xml:",any"`
}

func (e element) attr(name string) string {
	for _, a := range e.Attrs {
		if a.Name.Local == name {
			return a.Value
		}
	}
	return ""
}

func (e element) walk(f func(element)) {
	f(e)
	for _, k := range e.Kids {
		k.walk(f)
	}
}

func (e element) texts(kind string) (out []string) {
	for _, k := range e.Kids {
		if k.XMLName.Local == kind {
			out = append(out, k.Text)
		}
	}
	return out
}

func bpmnFaults(data []byte) (out []string) {
	var root element
	if err := xml.Unmarshal(data, &root); err != nil && !errors.Is(err, io.EOF) {
		return []string{err.Error()}
	}
	byID := map[string]element{}
	var flows, nodes, pictures []element
	root.walk(func(e element) {
		if id := e.attr("id"); id != "" {
			if _, twice := byID[id]; twice {
				out = append(out, "twice: "+id)
			}
			byID[id] = e
		}
		switch e.XMLName.Local {
		case "sequenceFlow":
			flows = append(flows, e)
		case "startEvent", "endEvent", "userTask", "exclusiveGateway":
			nodes = append(nodes, e)
		case "BPMNShape", "BPMNEdge":
			pictures = append(pictures, e)
		}
	})
	for _, f := range flows {
		id := f.attr("id")
		from, to := byID[f.attr("sourceRef")], byID[f.attr("targetRef")]
		if !slices.Contains(from.texts("outgoing"), id) || !slices.Contains(to.texts("incoming"), id) {
			out = append(out, id+" lacks an end, or an end does not name it")
		}
		if from.XMLName.Local == "endEvent" || to.XMLName.Local == "startEvent" {
			out = append(out, id+" leaves an end or enters a start")
		}
	}
	for _, e := range slices.Concat(flows, nodes) {
		want, id := "Bounds", e.attr("id")
		if e.XMLName.Local == "sequenceFlow" {
			want = "waypoint"
		}
		i := slices.IndexFunc(pictures, func(p element) bool { return p.attr("bpmnElement") == id })
		if i < 0 || len(pictures[i].texts(want)) == 0 || want == "waypoint" && len(pictures[i].texts(want)) < 2 {
			out = append(out, id+" has no picture")
		}
	}
	if len(pictures) != len(flows)+len(nodes) {
		out = append(out, "pictures of nothing")
	}
	return out
}

// ALLMENDE_TEST_BPMN names a folder in which bpmn-moddle is installed (npm install
// bpmn-moddle@10): the reader of the widely used editor has to open every procedure, without a
// warning, and write of it what we wrote.
func TestAForeignReaderOpensTheBPMN(t *testing.T) {
	dir := os.Getenv("ALLMENDE_TEST_BPMN")
	if dir == "" {
		t.Skip("set ALLMENDE_TEST_BPMN to a folder with node_modules/bpmn-moddle to have a foreign reader open all procedures")
	}
	node, err := exec.LookPath("node")
	if err != nil {
		t.Skip("this machine has no node")
	}
	script, err := filepath.Abs("testdata/read.mjs")
	if err != nil {
		t.Fatal(err)
	}
	for _, d := range Shipped() {
		out, err := d.BPMN("de")
		if err != nil {
			t.Fatal(err)
		}
		c := exec.Command(node, script, dir)
		c.Stdin = strings.NewReader(string(out))
		said, err := c.CombinedOutput()
		if err != nil || strings.TrimSpace(string(said)) != "read without warnings" {
			t.Errorf("%s: %v: %s", d.ID, err, said)
		}
	}
}

package main

import (
	"encoding/json"
	"fmt"
	"io"
	"math"
	"net/http"
	"sort"
	"strconv"
	"strings"
	"sync"
	"time"
)

// stored is a dashboard as the database keeps it: the version counts the times it was saved.
type stored struct {
	uid, folder string
	version     int
	changedBy   string
	model       map[string]any
}

type store struct {
	mutex      sync.Mutex
	dashboards map[string]*stored
}

var folders = map[string]string{"kubernetes": "Kubernetes"}

func newStore() *store {
	panel := func(id int, title, expr string) map[string]any {
		return map[string]any{"id": id, "type": "timeseries", "title": title, "gridPos": map[string]int{"h": 8, "w": 12, "x": (id - 1) % 2 * 12, "y": 0}, "datasource": map[string]string{"type": "prometheus", "uid": "prometheus"}, "targets": []any{map[string]any{"refId": "A", "expr": expr}}}
	}
	dashboard := func(uid, folder, title string, panels ...any) *stored {
		return &stored{uid: uid, folder: folder, version: 1, changedBy: "admin", model: map[string]any{"title": title, "uid": uid, "tags": []string{"kubernetes"}, "schemaVersion": 39, "timezone": "browser", "time": map[string]string{"from": "now-1h", "to": "now"}, "panels": panels, "templating": map[string]any{"list": []any{map[string]any{"name": "namespace", "type": "query"}}}}}
	}
	return &store{dashboards: map[string]*stored{
		"nodes":  dashboard("nodes", "kubernetes", "Nodes", panel(1, "CPU", "instance:node_cpu:ratio"), panel(2, "Memory", "node_memory_Active_bytes")),
		"demo":   dashboard("demo", "", "Demo application", panel(1, "Temperature", "cpu_temperature_celsius"), panel(2, "Scrapes", "rate(demo_scrapes_total[5m])")),
		"secret": dashboard("secret", "", "Secret", panel(1, "Secret", "up")),
	}}
}

func (g *Grafana) api(w http.ResponseWriter, r *http.Request) {
	path := r.URL.Path
	role := g.role(r)
	if role == "" {
		id := "auth.unauthorized"
		if strings.HasPrefix(r.Header.Get("Authorization"), "Bearer ") {
			id = "api-key.invalid"
		}
		g.message(w, 401, id, map[bool]string{true: "Invalid API key", false: "Unauthorized"}[id == "api-key.invalid"])
		return
	}
	if role == "Viewer" && r.Method != http.MethodGet && path != "/api/ds/query" {
		g.message(w, 403, "accesscontrol.forbidden", "You'll need additional permissions to perform this action. Permissions needed: any of dashboards:create, dashboards:write")
		return
	}
	g.store.mutex.Lock()
	defer g.store.mutex.Unlock()
	switch {
	case path == "/api/frontend/settings":
		settings := map[string]any{"appUrl": g.root.String(), "appSubUrl": g.subPath(), "buildInfo": map[string]string{"version": g.version, "edition": "Open Source"}, "liveEnabled": true}
		if g.major != "9" {
			settings["namespace"] = "default"
		}
		writeJSON(w, 200, settings)
	case path == "/api/user":
		writeJSON(w, 200, map[string]any{"login": "sa-kubeprom", "orgId": 1})
	case path == "/api/datasources":
		writeJSON(w, 200, []any{map[string]any{"uid": "prometheus", "name": "Prometheus", "type": "prometheus", "isDefault": true}})
	case path == "/api/search":
		g.search(w, r, role)
	case path == "/api/ds/query":
		g.query(w, r)
	case strings.HasPrefix(path, "/api/dashboards/uid/"):
		g.get(w, strings.TrimPrefix(path, "/api/dashboards/uid/"), role)
	case path == "/api/dashboards/db" && r.Method == http.MethodPost:
		g.save(w, r)
	case strings.HasPrefix(path, "/apis/") && g.major == "13":
		g.apis(w, r, role)
	default:
		g.message(w, 404, "", "Not found")
	}
}

// visible says whether a role sees a dashboard; what it may not see is not found.
func visible(d *stored, role string) bool { return d != nil && (d.uid != "secret" || role == "Admin") }

func (g *Grafana) sorted() []*stored {
	list := []*stored{}
	for _, d := range g.store.dashboards {
		list = append(list, d)
	}
	sort.Slice(list, func(i, j int) bool { return list[i].uid < list[j].uid })
	return list
}

func (g *Grafana) search(w http.ResponseWriter, r *http.Request, role string) {
	found := []any{}
	kind := r.URL.Query().Get("type")
	if kind != "dash-db" {
		for uid, title := range folders {
			found = append(found, map[string]any{"id": 1, "uid": uid, "title": title, "type": "dash-folder", "url": g.subPath() + "/dashboards/f/" + uid + "/"})
		}
	}
	for _, d := range g.sorted() {
		if kind == "dash-folder" || !visible(d, role) {
			continue
		}
		hit := map[string]any{"id": 2, "uid": d.uid, "title": d.model["title"], "type": "dash-db", "url": g.subPath() + "/d/" + d.uid + "/" + d.uid, "tags": d.model["tags"]}
		if d.folder != "" {
			hit["folderUid"], hit["folderTitle"] = d.folder, folders[d.folder]
		}
		found = append(found, hit)
	}
	if page, _ := strconv.Atoi(r.URL.Query().Get("page")); page > 1 {
		found = []any{}
	}
	writeJSON(w, 200, found)
}

func (g *Grafana) get(w http.ResponseWriter, uid, role string) {
	d := g.store.dashboards[uid]
	if !visible(d, role) {
		g.message(w, 404, "dashboard.not-found", "Dashboard not found")
		return
	}
	model := map[string]any{"id": 7, "version": d.version}
	for key, value := range d.model {
		model[key] = value
	}
	writeJSON(w, 200, map[string]any{"dashboard": model, "meta": map[string]any{"slug": uid, "url": g.subPath() + "/d/" + uid + "/" + uid, "version": d.version, "updatedBy": d.changedBy, "folderUid": d.folder, "folderTitle": folders[d.folder], "canSave": role == "Admin", "provisioned": false}})
}

func (g *Grafana) save(w http.ResponseWriter, r *http.Request) {
	var said struct {
		Dashboard map[string]any `json:"dashboard"`
		FolderUID string         `json:"folderUid"`
		Overwrite bool           `json:"overwrite"`
	}
	if err := json.NewDecoder(io.LimitReader(r.Body, 1<<22)).Decode(&said); err != nil || said.Dashboard["title"] == nil {
		g.message(w, 400, "dashboard.invalid", "bad request data")
		return
	}
	uid, _ := said.Dashboard["uid"].(string)
	version, _ := said.Dashboard["version"].(float64)
	d := g.store.dashboards[uid]
	if d != nil && !said.Overwrite && int(version) != d.version {
		writeJSON(w, 412, map[string]string{"message": "The dashboard has been changed by someone else", "status": "version-mismatch"})
		return
	}
	d = g.put(uid, said.FolderUID, said.Dashboard, d)
	writeJSON(w, 200, map[string]any{"id": 7, "uid": d.uid, "status": "success", "version": d.version, "slug": d.uid, "url": g.subPath() + "/d/" + d.uid + "/" + d.uid, "folderUid": d.folder})
}

func (g *Grafana) put(uid, folder string, model map[string]any, before *stored) *stored {
	if uid == "" {
		uid = random()[:14]
	}
	d := &stored{uid: uid, folder: folder, version: 1, changedBy: "sa-kubeprom", model: map[string]any{}}
	if before != nil {
		d.version = before.version + 1
	}
	for key, value := range model {
		if key != "id" && key != "version" {
			d.model[key] = value
		}
	}
	d.model["uid"] = uid
	g.store.dashboards[uid] = d
	return d
}

// resource is a dashboard in the API of /apis.
func resource(d *stored) map[string]any {
	spec := map[string]any{}
	for key, value := range d.model {
		if key != "uid" {
			spec[key] = value
		}
	}
	annotations := map[string]string{"grafana.app/updatedBy": "service-account:" + d.changedBy}
	if d.folder != "" {
		annotations["grafana.app/folder"] = d.folder
	}
	return map[string]any{"apiVersion": "dashboard.grafana.app/v1", "kind": "Dashboard", "metadata": map[string]any{"name": d.uid, "namespace": "default", "uid": "u-" + d.uid, "resourceVersion": fmt.Sprint(1000 + d.version), "generation": d.version, "creationTimestamp": "2026-01-01T00:00:00Z", "annotations": annotations}, "spec": spec}
}

func status(w http.ResponseWriter, code int, reason, message string) {
	writeJSON(w, code, map[string]any{"kind": "Status", "apiVersion": "v1", "metadata": map[string]any{}, "status": "Failure", "message": message, "reason": reason, "code": code})
}

func (g *Grafana) apis(w http.ResponseWriter, r *http.Request, role string) {
	path := r.URL.Path
	group := func(name string, versions ...string) {
		list := []any{}
		for _, version := range versions {
			list = append(list, map[string]string{"groupVersion": name + "/" + version, "version": version})
		}
		writeJSON(w, 200, map[string]any{"kind": "APIGroup", "apiVersion": "v1", "name": name, "versions": list, "preferredVersion": list[0]})
	}
	const collection = "/apis/dashboard.grafana.app/v1/namespaces/default/dashboards"
	name := strings.TrimPrefix(strings.TrimPrefix(path, collection), "/")
	switch {
	case path == "/apis/dashboard.grafana.app" || path == "/apis/dashboard.grafana.app/":
		group("dashboard.grafana.app", "v2", "v1", "v1beta1")
	case path == "/apis/folder.grafana.app" || path == "/apis/folder.grafana.app/":
		group("folder.grafana.app", "v1", "v1beta1")
	case path == "/apis/folder.grafana.app/v1/namespaces/default/folders":
		items := []any{}
		for uid, title := range folders {
			items = append(items, map[string]any{"metadata": map[string]any{"name": uid}, "spec": map[string]string{"title": title}})
		}
		writeJSON(w, 200, map[string]any{"kind": "FolderList", "metadata": map[string]any{}, "items": items})
	case path == collection && r.Method == http.MethodGet:
		items := []any{}
		for _, d := range g.sorted() {
			if visible(d, role) {
				items = append(items, resource(d))
			}
		}
		writeJSON(w, 200, map[string]any{"kind": "DashboardList", "apiVersion": "dashboard.grafana.app/v1", "metadata": map[string]any{"resourceVersion": "2000"}, "items": items})
	case !strings.HasPrefix(path, collection):
		status(w, 404, "NotFound", "the server could not find the requested resource")
	default:
		g.object(w, r, name, role)
	}
}

func (g *Grafana) object(w http.ResponseWriter, r *http.Request, name, role string) {
	d := g.store.dashboards[name]
	if r.Method == http.MethodGet {
		if !visible(d, role) {
			status(w, 404, "NotFound", `dashboards.dashboard.grafana.app "`+name+`" not found`)
			return
		}
		writeJSON(w, 200, resource(d))
		return
	}
	var said struct {
		Metadata struct {
			Name, ResourceVersion string
			Annotations           map[string]string
		} `json:"metadata"`
		Spec map[string]any `json:"spec"`
	}
	if err := json.NewDecoder(io.LimitReader(r.Body, 1<<22)).Decode(&said); err != nil || said.Spec["title"] == nil {
		status(w, 400, "BadRequest", "the body is no dashboard")
		return
	}
	switch {
	case r.Method == http.MethodPost && g.store.dashboards[said.Metadata.Name] != nil:
		status(w, 409, "AlreadyExists", `dashboards.dashboard.grafana.app "`+said.Metadata.Name+`" already exists`)
	case r.Method == http.MethodPost:
		writeJSON(w, 201, resource(g.put(said.Metadata.Name, said.Metadata.Annotations["grafana.app/folder"], said.Spec, nil)))
	case r.Method != http.MethodPut:
		status(w, 405, "MethodNotAllowed", "method not allowed")
	case d == nil:
		status(w, 404, "NotFound", `dashboards.dashboard.grafana.app "`+name+`" not found`)
	case said.Metadata.ResourceVersion != "" && said.Metadata.ResourceVersion != fmt.Sprint(1000+d.version):
		status(w, 409, "Conflict", `Operation cannot be fulfilled on dashboards.dashboard.grafana.app "`+name+`": the object has been modified; please apply your changes to the latest version and try again`)
	default:
		writeJSON(w, 200, resource(g.put(name, said.Metadata.Annotations["grafana.app/folder"], said.Spec, d)))
	}
}

// query answers in pieces, as Grafana does for what takes long.
func (g *Grafana) query(w http.ResponseWriter, _ *http.Request) {
	w.Header().Set("Content-Type", "application/json")
	_, _ = io.WriteString(w, `{"results":{"A":{"values":[`)
	for index := range 60 {
		if index > 0 {
			_, _ = io.WriteString(w, ",")
		}
		fmt.Fprintf(w, "%.3f", 50+30*math.Sin(float64(index)/6+float64(time.Now().Unix()%60)/10))
		if flusher, ok := w.(http.Flusher); ok && index%20 == 0 {
			flusher.Flush()
		}
	}
	_, _ = io.WriteString(w, "]}}}")
}

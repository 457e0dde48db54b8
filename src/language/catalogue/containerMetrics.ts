/**
 * The kubelet's metrics: those of cAdvisor inside it (facts: cAdvisor's docs/storage/prometheus.md, v0.53, with the
 * labels that the kubelet keeps: container, id, image, name, namespace, pod), its own, and what scraping itself adds.
 */
export const containerMetrics = `
up g - 1 where the last scrape of a target succeeded, else 0.
scrape_duration_seconds g - How long the last scrape took.
scrape_samples_scraped g - Samples of the last scrape.
scrape_samples_post_metric_relabeling g - Samples of the last scrape that relabeling left.
scrape_series_added g - Series of the last scrape that were new, about.
ALERTS g alertname,alertstate,severity 1 for each alert that is pending or firing.
ALERTS_FOR_STATE g alertname,severity When an alert became active, in seconds since 1970.
container_cpu_usage_seconds_total c container,id,image,name,namespace,pod,cpu Seconds of CPU that a container used.
container_cpu_user_seconds_total c container,id,image,name,namespace,pod Seconds of CPU in user mode.
container_cpu_system_seconds_total c container,id,image,name,namespace,pod Seconds of CPU in the kernel.
container_cpu_cfs_periods_total c container,id,image,name,namespace,pod Periods in which the CPU limit was enforced.
container_cpu_cfs_throttled_periods_total c container,id,image,name,namespace,pod Periods in which a container was held back by its CPU limit.
container_cpu_cfs_throttled_seconds_total c container,id,image,name,namespace,pod Seconds in which a container was held back by its CPU limit.
container_memory_working_set_bytes g container,id,image,name,namespace,pod Memory that a container cannot do without; by it the kubelet evicts.
container_memory_usage_bytes g container,id,image,name,namespace,pod Memory of a container, caches included.
container_memory_rss g container,id,image,name,namespace,pod Memory of a container that no file stands behind.
container_memory_cache g container,id,image,name,namespace,pod Page cache of a container.
container_memory_swap g container,id,image,name,namespace,pod Swap of a container.
container_memory_max_usage_bytes g container,id,image,name,namespace,pod Largest memory that a container had.
container_memory_mapped_file g container,id,image,name,namespace,pod Size of files that a container has mapped.
container_memory_failcnt c container,id,image,name,namespace,pod Times that a container reached its memory limit.
container_memory_failures_total c container,id,image,name,namespace,pod,failure_type,scope Page faults of a container.
container_oom_events_total c container,id,image,name,namespace,pod Times that memory ran out in a container.
container_network_receive_bytes_total c id,image,name,namespace,pod,interface Bytes that a pod received.
container_network_transmit_bytes_total c id,image,name,namespace,pod,interface Bytes that a pod sent.
container_network_receive_packets_total c id,image,name,namespace,pod,interface Packets that a pod received.
container_network_transmit_packets_total c id,image,name,namespace,pod,interface Packets that a pod sent.
container_network_receive_packets_dropped_total c id,image,name,namespace,pod,interface Received packets that were dropped.
container_network_transmit_packets_dropped_total c id,image,name,namespace,pod,interface Packets that were dropped before sending.
container_network_receive_errors_total c id,image,name,namespace,pod,interface Packets received with an error.
container_network_transmit_errors_total c id,image,name,namespace,pod,interface Packets whose sending failed.
container_fs_usage_bytes g container,id,image,name,namespace,pod,device Bytes that a container has on a file system.
container_fs_limit_bytes g container,id,image,name,namespace,pod,device Bytes that a container may have on a file system.
container_fs_reads_bytes_total c container,id,image,name,namespace,pod,device Bytes that a container read.
container_fs_writes_bytes_total c container,id,image,name,namespace,pod,device Bytes that a container wrote.
container_fs_reads_total c container,id,image,name,namespace,pod,device Reads that were finished.
container_fs_writes_total c container,id,image,name,namespace,pod,device Writes that were finished.
container_last_seen g container,id,image,name,namespace,pod When a container was last seen, in seconds since 1970.
container_start_time_seconds g container,id,image,name,namespace,pod When a container was started, in seconds since 1970.
container_processes g container,id,image,name,namespace,pod Processes of a container.
container_threads g container,id,image,name,namespace,pod Threads of a container.
container_file_descriptors g container,id,image,name,namespace,pod Open file descriptors of a container.
container_sockets g container,id,image,name,namespace,pod Open sockets of a container.
container_spec_cpu_quota g container,id,image,name,namespace,pod CPU quota of a container, in microseconds a period.
container_spec_cpu_period g container,id,image,name,namespace,pod CPU period of a container, in microseconds.
container_spec_memory_limit_bytes g container,id,image,name,namespace,pod Memory limit of a container; 0 without one.
machine_cpu_cores g machine_id,system_uuid,boot_id Logical CPUs of a machine.
machine_memory_bytes g machine_id,system_uuid,boot_id Memory of a machine.
kubelet_volume_stats_capacity_bytes g namespace,persistentvolumeclaim Size of a claim's volume.
kubelet_volume_stats_available_bytes g namespace,persistentvolumeclaim Free space of a claim's volume.
kubelet_volume_stats_used_bytes g namespace,persistentvolumeclaim Used space of a claim's volume.
kubelet_volume_stats_inodes g namespace,persistentvolumeclaim Inodes of a claim's volume.
kubelet_volume_stats_inodes_free g namespace,persistentvolumeclaim Free inodes of a claim's volume.
kubelet_volume_stats_inodes_used g namespace,persistentvolumeclaim Used inodes of a claim's volume.
kubelet_node_name g node Always 1; its label names the kubelet's node.
kubelet_running_pods g - Pods that run on a node.
kubelet_running_containers g container_state Containers on a node by their state.
kubelet_pleg_relist_duration_seconds h - How long the kubelet took to look at all containers.
kubelet_pod_start_duration_seconds h - How long pods took to be started.
kubelet_pod_worker_duration_seconds h operation_type How long the kubelet took to bring a pod in line.
kubelet_runtime_operations_total c operation_type Calls of the container runtime.
kubelet_runtime_operations_errors_total c operation_type Calls of the container runtime that failed.
kubelet_evictions c eviction_signal Pods that a node evicted.
kubelet_certificate_manager_client_ttl_seconds g - Seconds until the kubelet's client certificate expires.
kubelet_certificate_manager_server_ttl_seconds g - Seconds until the kubelet's server certificate expires.
kubelet_server_expiration_renew_errors c - Times that the renewal of the server certificate failed.
kubelet_certificate_manager_client_expiration_renew_errors c - Times that the renewal of the client certificate failed.
rest_client_requests_total c code,host,method Requests to the API server by their answer.
process_cpu_seconds_total c - Seconds of CPU that a process used.
process_resident_memory_bytes g - Memory of a process.
process_start_time_seconds g - When a process was started, in seconds since 1970.
process_open_fds g - Open file descriptors of a process.
process_max_fds g - File descriptors that a process may open.
go_goroutines g - Goroutines of a Go program.
kubernetes_build_info g build_date,compiler,git_commit,git_version,go_version,major,minor,platform Always 1; its labels say what was built.
`;

/** kube-state-metrics' metrics of the common kinds. Facts: the tables in its docs/metrics (v2). */
export const kubeStateMetrics = `
kube_pod_info g namespace,pod,uid,host_ip,pod_ip,node,created_by_kind,created_by_name,priority_class,host_network Always 1; its labels say where a pod runs and what made it.
kube_pod_owner g namespace,pod,uid,owner_kind,owner_name,owner_is_controller Always 1; its labels name the owner of a pod.
kube_pod_labels g namespace,pod,uid Always 1; the pod's own labels as label_…, those that are allowed.
kube_pod_start_time g namespace,pod,uid When a pod was started, in seconds since 1970.
kube_pod_created g namespace,pod,uid When a pod was created, in seconds since 1970.
kube_pod_completion_time g namespace,pod,uid When a pod was done, in seconds since 1970.
kube_pod_status_phase g namespace,pod,uid,phase 1 for the phase that a pod is in.
kube_pod_status_ready g namespace,pod,uid,condition 1 for whether a pod is ready: true, false or unknown.
kube_pod_status_scheduled g namespace,pod,uid,condition 1 for whether a pod has a node: true, false or unknown.
kube_pod_status_unschedulable g namespace,pod,uid 1 where no node can take a pod.
kube_pod_status_reason g namespace,pod,uid,reason 1 for why a pod was ended: Evicted, NodeLost and the like.
kube_pod_status_qos_class g namespace,pod,uid,qos_class 1 for the quality-of-service class of a pod.
kube_pod_container_info g namespace,pod,uid,container,image,image_id,image_spec,container_id Always 1; its labels name the image of a container.
kube_pod_container_status_waiting g namespace,pod,uid,container 1 where a container waits to be started.
kube_pod_container_status_waiting_reason g namespace,pod,uid,container,reason 1 for why a container waits: CrashLoopBackOff, ImagePullBackOff and the like.
kube_pod_container_status_running g namespace,pod,uid,container 1 where a container runs.
kube_pod_container_status_terminated g namespace,pod,uid,container 1 where a container has ended.
kube_pod_container_status_terminated_reason g namespace,pod,uid,container,reason 1 for why a container has ended: OOMKilled, Error and the like.
kube_pod_container_status_last_terminated_reason g namespace,pod,uid,container,reason 1 for why a container ended before it was started again.
kube_pod_container_status_ready g namespace,pod,uid,container 1 where a container is ready.
kube_pod_container_status_restarts_total c namespace,pod,uid,container Times that a container was started again.
kube_pod_container_state_started g namespace,pod,uid,container When a container was started, in seconds since 1970.
kube_pod_container_resource_requests g namespace,pod,uid,container,node,resource,unit What a container requests of a resource.
kube_pod_container_resource_limits g namespace,pod,uid,container,node,resource,unit What a container may use of a resource at most.
kube_pod_init_container_status_restarts_total c namespace,pod,uid,container Times that an init container was started again.
kube_pod_spec_volumes_persistentvolumeclaims_info g namespace,pod,uid,volume,persistentvolumeclaim Always 1; its labels name the claim of a volume.
kube_deployment_spec_replicas g namespace,deployment Pods that a Deployment wants.
kube_deployment_spec_paused g namespace,deployment 1 where a Deployment is paused.
kube_deployment_status_replicas g namespace,deployment Pods of a Deployment.
kube_deployment_status_replicas_ready g namespace,deployment Pods of a Deployment that are ready.
kube_deployment_status_replicas_available g namespace,deployment Pods of a Deployment that have been ready long enough.
kube_deployment_status_replicas_unavailable g namespace,deployment Pods that a Deployment lacks.
kube_deployment_status_replicas_updated g namespace,deployment Pods of a Deployment's newest template.
kube_deployment_status_observed_generation g namespace,deployment Generation that the controller has seen.
kube_deployment_status_condition g namespace,deployment,reason,condition,status 1 for the status of each condition.
kube_deployment_metadata_generation g namespace,deployment Generation that is wanted.
kube_deployment_created g namespace,deployment When a Deployment was created, in seconds since 1970.
kube_deployment_labels g namespace,deployment Always 1; the Deployment's own labels as label_…, those that are allowed.
kube_statefulset_replicas g namespace,statefulset Pods that a StatefulSet wants.
kube_statefulset_status_replicas g namespace,statefulset Pods of a StatefulSet.
kube_statefulset_status_replicas_ready g namespace,statefulset Pods of a StatefulSet that are ready.
kube_statefulset_status_replicas_available g namespace,statefulset Pods of a StatefulSet that have been ready long enough.
kube_statefulset_status_replicas_current g namespace,statefulset Pods of a StatefulSet's current revision.
kube_statefulset_status_replicas_updated g namespace,statefulset Pods of a StatefulSet's newest revision.
kube_statefulset_status_observed_generation g namespace,statefulset Generation that the controller has seen.
kube_statefulset_status_current_revision g namespace,statefulset,revision Always 1; its label names the current revision.
kube_statefulset_status_update_revision g namespace,statefulset,revision Always 1; its label names the newest revision.
kube_statefulset_metadata_generation g namespace,statefulset Generation that is wanted.
kube_daemonset_status_desired_number_scheduled g namespace,daemonset Nodes that should run a DaemonSet's pod.
kube_daemonset_status_current_number_scheduled g namespace,daemonset Nodes that run a DaemonSet's pod and should.
kube_daemonset_status_number_misscheduled g namespace,daemonset Nodes that run a DaemonSet's pod and should not.
kube_daemonset_status_number_ready g namespace,daemonset Nodes whose pod of a DaemonSet is ready.
kube_daemonset_status_number_available g namespace,daemonset Nodes whose pod of a DaemonSet has been ready long enough.
kube_daemonset_status_number_unavailable g namespace,daemonset Nodes that lack a DaemonSet's pod.
kube_daemonset_status_updated_number_scheduled g namespace,daemonset Nodes that run a DaemonSet's newest template.
kube_replicaset_owner g namespace,replicaset,owner_kind,owner_name,owner_is_controller Always 1; its labels name the owner of a ReplicaSet.
kube_replicaset_spec_replicas g namespace,replicaset Pods that a ReplicaSet wants.
kube_replicaset_status_ready_replicas g namespace,replicaset Pods of a ReplicaSet that are ready.
kube_job_info g namespace,job_name Always 1 for each Job.
kube_job_owner g namespace,job_name,owner_kind,owner_name,owner_is_controller Always 1; its labels name the owner of a Job.
kube_job_status_active g namespace,job_name Pods of a Job that run.
kube_job_status_succeeded g namespace,job_name Pods of a Job that succeeded.
kube_job_status_failed g namespace,job_name,reason Pods of a Job that failed.
kube_job_status_start_time g namespace,job_name When a Job was started, in seconds since 1970.
kube_job_status_completion_time g namespace,job_name When a Job was done, in seconds since 1970.
kube_job_complete g namespace,job_name,condition 1 for whether a Job is complete: true, false or unknown.
kube_job_failed g namespace,job_name,condition 1 for whether a Job has failed: true, false or unknown.
kube_job_spec_completions g namespace,job_name Pods of a Job that must succeed.
kube_cronjob_info g namespace,cronjob,schedule,concurrency_policy,timezone Always 1; its labels hold the schedule of a CronJob.
kube_cronjob_next_schedule_time g namespace,cronjob When a CronJob starts next, in seconds since 1970.
kube_cronjob_status_last_schedule_time g namespace,cronjob When a CronJob last started, in seconds since 1970.
kube_cronjob_status_last_successful_time g namespace,cronjob When a CronJob last succeeded, in seconds since 1970.
kube_cronjob_status_active g namespace,cronjob Jobs of a CronJob that run.
kube_cronjob_spec_suspend g namespace,cronjob 1 where a CronJob is suspended.
kube_horizontalpodautoscaler_spec_max_replicas g namespace,horizontalpodautoscaler Pods that an autoscaler may make at most.
kube_horizontalpodautoscaler_spec_min_replicas g namespace,horizontalpodautoscaler Pods that an autoscaler keeps at least.
kube_horizontalpodautoscaler_status_current_replicas g namespace,horizontalpodautoscaler Pods that an autoscaler's target has.
kube_horizontalpodautoscaler_status_desired_replicas g namespace,horizontalpodautoscaler Pods that an autoscaler wants.
kube_horizontalpodautoscaler_status_condition g namespace,horizontalpodautoscaler,condition,status 1 for the status of each condition.
kube_node_info g node,kernel_version,os_image,container_runtime_version,kubelet_version,kubeproxy_version,pod_cidr,provider_id,system_uuid,internal_ip Always 1; its labels describe a node.
kube_node_labels g node Always 1; the node's own labels as label_…, those that are allowed.
kube_node_role g node,role Always 1; its label names a role of a node.
kube_node_created g node When a node was created, in seconds since 1970.
kube_node_spec_unschedulable g node 1 where a node takes no new pods.
kube_node_spec_taint g node,key,value,effect Always 1; its labels are a taint of a node.
kube_node_status_condition g node,condition,status 1 for the status of each condition: Ready, DiskPressure and the like.
kube_node_status_capacity g node,resource,unit What a node has of a resource.
kube_node_status_allocatable g node,resource,unit What pods can use of a node's resource.
kube_namespace_status_phase g namespace,phase 1 for the phase that a namespace is in.
kube_namespace_labels g namespace Always 1; the namespace's own labels as label_…, those that are allowed.
kube_persistentvolumeclaim_info g namespace,persistentvolumeclaim,storageclass,volumename,volumemode Always 1; its labels describe a claim.
kube_persistentvolumeclaim_status_phase g namespace,persistentvolumeclaim,phase 1 for the phase that a claim is in.
kube_persistentvolumeclaim_resource_requests_storage_bytes g namespace,persistentvolumeclaim Bytes that a claim requests.
kube_persistentvolumeclaim_access_mode g namespace,persistentvolumeclaim,access_mode Always 1; its label is an access mode of a claim.
kube_persistentvolumeclaim_labels g namespace,persistentvolumeclaim Always 1; the claim's own labels as label_…, those that are allowed.
kube_persistentvolume_status_phase g persistentvolume,phase 1 for the phase that a volume is in.
kube_persistentvolume_capacity_bytes g persistentvolume Size of a volume.
kube_poddisruptionbudget_status_current_healthy g namespace,poddisruptionbudget Healthy pods of a budget.
kube_poddisruptionbudget_status_desired_healthy g namespace,poddisruptionbudget Pods of a budget that must be healthy.
kube_poddisruptionbudget_status_pod_disruptions_allowed g namespace,poddisruptionbudget Pods of a budget that may go.
kube_resourcequota g namespace,resourcequota,resource,type What a quota allows (type hard) or is used of it (type used).
kube_service_info g namespace,service,uid,cluster_ip,external_name,external_traffic_policy,load_balancer_ip Always 1; its labels describe a Service.
kube_ingress_info g namespace,ingress,ingressclass Always 1 for each Ingress.
kube_endpoint_address g namespace,endpoint,ip,port_protocol,port_number,port_name,ready Always 1; its labels are an address of an endpoint.
kube_configmap_info g namespace,configmap Always 1 for each ConfigMap.
kube_secret_info g namespace,secret Always 1 for each Secret.
kube_state_metrics_list_total c resource,result Times that kube-state-metrics listed objects.
kube_state_metrics_watch_total c resource,result Times that kube-state-metrics watched objects.
`;

#!/bin/sh
# seeds.sh FOLDER - writes the inputs that the fuzzers begin with: FOLDER/NAME/ for fuzz_NAME.
set -eu
mkdir -p "$1" && cd "$1"
seed() { # FUZZER NAME: stdin
    mkdir -p "$1"
    cat >"$1/$2"
}
row='{"slice": null, "class": 1, "label": "a", "kind": "metric", "measure": "dsc", "params": {"tau": 1}, "value": 0.5, "unit": null, "status": "ok"}'
case='{"case": "a", "prediction": "p", "truth": "t", "status": "ok", "shape": [3, 2, 1], "spacing": [1, 1, 2.5], "classes": [{"class": 1, "label": "a"}], "shard": {"part": 1, "parts": 2, "index": 0, "cases": 3, "settings": {"loss": "dice"}}, "results": ['$row']}'
for fuzzer in json report; do
    echo "$case" | seed $fuzzer jsonl
    echo '{"segloss": "0", "schema": 1, "settings": {"loss": "dice", "x": null}, "cases": ['"$case"']}' | seed $fuzzer json
done
printf '["\\u00e9\\ud83d\\ude00", -1.5e-3, true, null, {}]' | seed json values
printf 'case,slice,class,label,kind,measure,params,value,unit,status\na,,1,"b, c",loss,tversky,alpha=0.7,0.25,,ok\na,,,,metric,hd95,,inf,mm,empty-truth\n' | seed report csv
printf 'value\tmeasure\tcase\r\n0.5\tdsc\ta\r\n' | seed report tsv
printf 'method,class,metric,value,case,part\na,x,dsc,0.5,c1,test\nb,x,dsc,0.75,c1,test\n' | seed long_table csv
printf 'a\tx\tdsc\t0.5\n' | seed long_table tsv
printf 'case,prediction,truth\na,p.nii,t.nii\n"b ""c""",p2.nii,t2.nii\n' | seed pair_list header
printf 'p.nii\tt.nii\n' | seed pair_list plain
printf 'p.nii\0t.nii\0' | seed pair_list nul
for fuzzer in label_names label_files; do
    echo '{"labels": {"background": 0, "whole": [1, 2], "core": 2, "ignore": 3}, "regions_class_order": [1, 2]}' | seed $fuzzer nnunet
    printf '1 liver\n2 kidney 0 255 0 0\n' | seed $fuzzer list
done
printf 'index\tname\n1\tliver\n' | seed label_names bids
printf '1 255 0 0 1 1 1 "liver"\n' | seed label_names itksnap
printf 'WT 1 2 3\nET 3\n' | seed label_files regions
printf '1-3 7 new\n4 0\n' | seed label_files lines
echo '{"annotations": [{"file_name": "a/b.png", "segments_info": [{"id": 5, "category_id": 1}]}], "categories": [{"id": 1, "name": "sky"}]}' | seed label_files panoptic
printf '0,1,1\n1,0,0.5\n1,0.5,0\n' | seed costs csv
for text in 'dice,tversky:alpha=.7,beta=.3,ce' '0.5*ce+dice' 'name=dice+log(focal:gamma=2)/3' 'tversky:alpha=0.2:0.8:0.2' \
    'focal:gamma={1.5/2}' 'ce:weights=1/2' 'nsd:tau=1/2/3' 'dsc[liver,pooled]=0.85' '1-3,7,liver' 'regex:(c[0-9]+)' all none; do
    printf '%s' "$text" | seed spec "$(printf '%s' "$text" | tr -c 'a-z0-9' _)"
done
for command in 0 1 2 3 4 5 6 7 8 9; do
    printf '%s-l\ndice\n--metric=all\n-o\nx.csv\n-j4\n--no-header\np.nii\n--\n-t.nii\n' "$command" | seed options "$command"
done
